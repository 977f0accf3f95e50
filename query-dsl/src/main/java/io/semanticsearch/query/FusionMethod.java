package io.semanticsearch.query;

import java.io.IOException;
import java.util.Locale;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;

/** What a hit of one query is worth beside hits of other queries, whose scores mean other things. */
sealed interface FusionMethod {

    int DEFAULT_RANK_CONSTANT = 60;

    /** The name that users give. */
    String name();

    /**
     * What each hit is worth.
     *
     * @param scores of the hits of one query, from the greatest down
     * @return from 0 to 1, in the same order
     */
    double[] worth(float[] scores);

    /** How the worth of the hit at a position came about. */
    String reason(float[] scores, int position);

    /**
     * Scores are scaled to 0 for the last and 1 for the first of the window, so that how much better a hit is counts. Where all hits have
     * the same score, each is worth 1.
     */
    record MinMax() implements FusionMethod {

        static final String NAME = "min_max";

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public double[] worth(float[] scores) {
            double[] worth = new double[scores.length];
            for (int i = 0; i < scores.length; i++) {
                double least = scores[scores.length - 1];
                worth[i] = scores[0] > least ? (scores[i] - least) / (scores[0] - least) : 1;
            }
            return worth;
        }

        @Override
        public String reason(float[] scores, int position) {
            return String.format(Locale.ROOT, "score [%s], scaled between [%s] and [%s]", scores[position],
                    scores[scores.length - 1], scores[0]);
        }
    }

    /**
     * Reciprocal rank fusion (Cormack, Clarke, Büttcher 2009): 1 / (constant + rank), whatever the scores are. Hits of the same score share
     * the better rank: their order says nothing, and depends on the shards.
     */
    record ReciprocalRank(int constant) implements FusionMethod {

        static final String NAME = "rrf";

        public ReciprocalRank {
            if (constant < 1 || constant > Nearest.MAX) {
                throw new IllegalArgumentException(
                        "[" + FusionQueryParser.RANK_CONSTANT + "] is [" + constant + "]; expected 1 to " + Nearest.MAX);
            }
        }

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public double[] worth(float[] scores) {
            double[] worth = new double[scores.length];
            for (int i = 0; i < scores.length; i++)
                worth[i] = i > 0 && scores[i] == scores[i - 1] ? worth[i - 1] : 1.0 / (constant + i + 1);
            return worth;
        }

        @Override
        public String reason(float[] scores, int position) {
            return "score [" + scores[position] + "], 1 / (" + constant + " + rank)";
        }
    }

    default void write(StreamOutput out) throws IOException {
        switch (this) {
            case MinMax _ -> out.writeVInt(0);
            case ReciprocalRank rrf -> out.writeVInt(rrf.constant);
        }
    }

    static FusionMethod read(StreamInput in) throws IOException {
        int constant = in.readVInt();
        return constant == 0 ? new MinMax() : new ReciprocalRank(constant);
    }
}

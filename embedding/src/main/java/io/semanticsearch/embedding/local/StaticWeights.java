package io.semanticsearch.embedding.local;

import io.semanticsearch.onnx.safetensors.Dtype;
import io.semanticsearch.onnx.safetensors.Safetensors;
import io.semanticsearch.onnx.safetensors.TensorView;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a static model knows of each token: a row, maybe shared with other tokens, and a weight. Immutable; reads memory that belongs to a
 * {@link Safetensors}.
 *
 * <p>The tensors are those of Model2Vec, https://github.com/MinishLab/model2vec, {@code model2vec/model.py} ({@code _encode_helper}): token
 * {@code t} stands for {@code weights[t] * embeddings[mapping[t]]}. sentence-transformers has one tensor, {@code embedding.weight}.
 */
final class StaticWeights {

    private static final String MODEL2VEC_ROWS = "embeddings";
    private static final String SENTENCE_TRANSFORMERS_ROWS = "embedding.weight";
    private static final String SCALES = "scales";
    private static final String WEIGHTS = "weights";
    private static final String MAPPING = "mapping";
    // Beyond any vocabulary and any vector there is: a damaged shape must not become arrays that fill the heap.
    private static final int MAX_TOKENS = 1 << 24;
    private static final int MAX_DIMENSION = 1 << 16;

    private final TokenTable table;
    private final Dtype type;
    private final int[] rowOfToken;
    private final float[] weightOfToken;
    private final boolean leavesOutUnknown;

    private StaticWeights(TokenTable table, Dtype type, int[] rowOfToken, float[] weightOfToken, boolean leavesOutUnknown) {
        this.table = table;
        this.type = type;
        this.rowOfToken = rowOfToken;
        this.weightOfToken = weightOfToken;
        this.leavesOutUnknown = leavesOutUnknown;
    }

    /** Reads the tensors of a file; empty when it holds those of another kind of model. */
    static Optional<StaticWeights> read(ModelFolder folder, String file, Safetensors safetensors) {
        Optional<TensorView> model2vec = safetensors.tensor(MODEL2VEC_ROWS);
        return model2vec.or(() -> safetensors.tensor(SENTENCE_TRANSFORMERS_ROWS)).map(embeddings -> {
            Reader reader = new Reader(folder, file, safetensors);
            TokenTable table = reader.table(embeddings);
            int[] mapping = safetensors.tensor(MAPPING).map(tensor -> reader.mapping(tensor, table.rows()))
                    .orElseGet(() -> identity(table));
            float[] weights = safetensors.tensor(WEIGHTS).map(tensor -> reader.reals(tensor, mapping.length))
                    .orElseGet(() -> ones(mapping));
            return new StaticWeights(table, embeddings.type(), mapping, weights, model2vec.isPresent());
        });
    }

    int dimension() {
        return table.dimension();
    }

    /** How many token ids it knows: 0 and up. */
    int tokens() {
        return rowOfToken.length;
    }

    String precision() {
        return type.precision();
    }

    /** Whether the token for unknown words counts for nothing: Model2Vec drops it, sentence-transformers gives it its row. */
    boolean leavesOutUnknown() {
        return leavesOutUnknown;
    }

    /**
     * Sums what it knows of some tokens.
     *
     * @param ids each below {@link #tokens()}
     * @param into as many dimensions as are wanted, added to
     */
    void add(int[] ids, float[] into) {
        int[] rows = new int[ids.length];
        float[] weights = new float[ids.length];
        for (int i = 0; i < ids.length; i++) {
            rows[i] = rowOfToken[ids[i]];
            weights[i] = weightOfToken[ids[i]];
        }
        table.add(rows, weights, ids.length, into);
    }

    private static int[] identity(TokenTable table) {
        int[] rows = new int[table.rows()];
        Arrays.setAll(rows, row -> row);
        return rows;
    }

    private static float[] ones(int[] mapping) {
        float[] ones = new float[mapping.length];
        Arrays.fill(ones, 1);
        return ones;
    }

    /** Turns tensors into arrays and says what is wrong with them. */
    private record Reader(ModelFolder folder, String file, Safetensors safetensors) {

        TokenTable table(TensorView tensor) {
            long rows = tensor.shape().isEmpty() ? 0 : tensor.shape().getFirst();
            long dimension = tensor.shape().isEmpty() ? 0 : tensor.shape().getLast();
            boolean usable = tensor.shape().size() == 2 && rows >= 1 && rows <= MAX_TOKENS && dimension >= 1
                    && dimension <= MAX_DIMENSION;
            if (!usable) {
                throw unusable(tensor, "a shape of [rows, dimension] within [" + MAX_TOKENS + ", " + MAX_DIMENSION + "]");
            }
            return switch (tensor.type()) {
                case F32 -> new FloatRows(tensor.data(), (int) rows, (int) dimension);
                case F16 -> new HalfRows(tensor.data(), (int) rows, (int) dimension);
                case BF16 -> new BrainFloatRows(tensor.data(), (int) rows, (int) dimension);
                case I8 -> new ByteRows(tensor.data(), (int) rows, (int) dimension, scales((int) rows));
                case BOOL, U8, F8_E5M2, F8_E4M3, I16, U16, I32, U32, F64, I64, U64 ->
                    throw unusable(tensor, "one of the types [F32, F16, BF16, I8]");
            };
        }

        /** Model2Vec itself writes int8 without scales: one scale for all changes no direction. */
        private float[] scales(int rows) {
            return safetensors.tensor(SCALES).map(tensor -> reals(tensor, rows)).orElseGet(() -> {
                float[] ones = new float[rows];
                Arrays.fill(ones, 1);
                return ones;
            });
        }

        int[] mapping(TensorView tensor, int rows) {
            if (!tensor.isWhole() || tensor.count() < 1 || tensor.count() > MAX_TOKENS) {
                throw unusable(tensor, "one I32 or I64 for each of at most [" + MAX_TOKENS + "] tokens");
            }
            int[] mapping = new int[(int) tensor.count()];
            for (int token = 0; token < mapping.length; token++) {
                long row = tensor.whole(token);
                if (row < 0 || row >= rows) {
                    throw folder.broken(file,
                            "maps token [" + token + "] to row [" + row + "], expected 0 to [" + (rows - 1) + "]", null);
                }
                mapping[token] = (int) row;
            }
            return mapping;
        }

        float[] reals(TensorView tensor, int count) {
            if (!tensor.isReal() || tensor.count() != count) throw unusable(tensor, "[" + count + "] floating-point numbers");
            float[] reals = new float[count];
            for (int i = 0; i < count; i++) {
                reals[i] = tensor.real(i);
                if (!Float.isFinite(reals[i])) {
                    throw folder.broken(file,
                            "has [" + reals[i] + "] at [" + i + "] of tensor [" + tensor.name() + "], expected finite", null);
                }
            }
            return reals;
        }

        private RuntimeException unusable(TensorView tensor, String expected) {
            return folder.broken(file,
                    "has tensor [" + tensor.name() + "] of type [" + tensor.type() + "] and shape " + tensor.shape()
                            + ", expected " + expected,
                    null);
        }
    }
}

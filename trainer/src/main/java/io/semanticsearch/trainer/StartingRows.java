package io.semanticsearch.trainer;

/**
 * Rows to begin training with: the singular vectors of what stands near what, each row of length 1 and then shortened for frequent tokens,
 * which say little (a / (a + frequency); Arora, Liang and Ma 2017, https://openreview.net/forum?id=SyK00v5xx).
 */
final class StartingRows {

    private static final int ITERATIONS = 5;

    private StartingRows() {}

    /** @return float32 [vocabulary, dimension]; a token that never stood near another has a row of zeros */
    static float[] compute(TrainingText text,
            WordPieces pieces,
            Speller speller,
            Recipe recipe,
            Shards shards,
            Progress progress) {
        boolean[] near = new boolean[pieces.size()];
        for (int id = WordPieces.SPECIAL.size(); id < near.length; id++) {
            near[id] = pieces.tokens().get(id).codePoints().anyMatch(Character::isLetterOrDigit);
        }
        Cooccurrence cooccurrence = Cooccurrence.of(text, speller.spellings(), pieces.size(), near);
        SparseMatrix information = cooccurrence.information(shards, progress);
        progress.say(String.format(java.util.Locale.ROOT, "%,d tokens of text, %,d pairs of tokens", cooccurrence.length(),
                information.entries()));
        TruncatedSvd svd = TruncatedSvd.of(information, recipe.dimension(), ITERATIONS, recipe.seed(), shards, progress);
        float[] rows = svd.vectors();
        int dimension = recipe.dimension();
        double[] scale = new double[dimension];
        for (int d = 0; d < dimension; d++) scale[d] = StrictMath.pow(svd.values()[d], recipe.power());
        for (int token = 0; token < pieces.size(); token++) {
            double squares = 0;
            for (int d = 0; d < dimension; d++) {
                double x = rows[token * dimension + d] * scale[d];
                squares += x * x;
            }
            double frequency = (double) cooccurrence.count(token) / cooccurrence.length();
            double length = squares > 0 ? recipe.rare() / (recipe.rare() + frequency) / Math.sqrt(squares) : 0;
            for (int d = 0; d < dimension; d++)
                rows[token * dimension + d] = (float) (rows[token * dimension + d] * scale[d] * length);
        }
        return rows;
    }
}

package io.semanticsearch.onnx.graph;

/**
 * The ways in which exporters have written the same encoder.
 *
 * @param linear how a linear layer looks
 * @param paths whether the name of an operator says which module it came from
 * @param norm how a layer norm looks
 * @param sharing what became of equal constants
 */
record ExportStyle(LinearStyle linear, boolean paths, NormStyle norm, Sharing sharing) {

    enum LinearStyle {
        /** MatMul with a matrix that was transposed on the way and lost its name, then Add. */
        GENERATED_NAMES,
        /** MatMul with a transposed matrix under its own name, then Add. */
        OWN_NAMES,
        /** Transpose of the matrix under its own name, MatMul, Add. */
        TRANSPOSED_IN_GRAPH,
        /** Gemm, which transposes and adds by itself. */
        GEMM
    }

    enum NormStyle {
        ONE_OPERATOR, NINE_OPERATORS
    }

    enum Sharing {
        NONE, IDENTITY, ONE_NAME
    }

    /** What is around most: torch.onnx.export as optimum and sentence-transformers call it. */
    static final ExportStyle USUAL = new ExportStyle(LinearStyle.GENERATED_NAMES, true, NormStyle.ONE_OPERATOR, Sharing.NONE);
}

package io.semanticsearch.onnx.graph;

/** The operators that multiply by the matrices of a layer. In fp16 every value that is said to be float32 is float16. */
sealed interface LayerKernels permits FloatKernels, HalfKernels, Int8Kernels {

    static LayerKernels of(EncoderOptions options) {
        return switch (options.precision()) {
            case FP32 -> new FloatKernels();
            case FP16 -> new HalfKernels();
            case INT8 -> new Int8Kernels(options.shortPasses());
        };
    }

    /**
     * Self-attention up to, but without, its output layer and the bias of its values, which comes in with
     * {@link LayerWeights#attentionOutputBias}.
     *
     * @param reads name of a value float32 [batch, tokens, hidden]
     * @return name of a value of the same shape
     */
    String attention(GraphBuilder graph, String name, String reads, LayerWeights layer, AttentionInputs inputs);

    /** Whether the feed-forward layers read all texts as one: float32 [batch * tokens, hidden] in place of [batch, tokens, hidden]. */
    boolean flat();

    /**
     * The product of a linear layer; its bias is left to the operator that comes next.
     *
     * @param reads name of a value float32 [batch, tokens, inputs]
     * @return name of a value float32 [batch, tokens, outputs]
     */
    String multiply(GraphBuilder graph, String name, String reads, Linear linear);

    /**
     * Two linear layers with GELU between them; the bias of the second is left to the operator that comes next.
     *
     * @param reads name of a value float32 [batch, tokens, inputs], or [batch * tokens, inputs] if {@link #flat}
     * @return name of a value float32 with the outputs of {@code down} as its last axis
     */
    String feedForward(GraphBuilder graph, String name, String reads, Linear up, Linear down);

    /**
     * What attention needs and all layers share.
     *
     * @param bias name of a value float32 [1, heads, tokens, tokens] that is added before the softmax; empty for none
     * @param shapes of tokens
     */
    record AttentionInputs(MultiHeadAttention attention, String bias, TokenShapes shapes) {}
}

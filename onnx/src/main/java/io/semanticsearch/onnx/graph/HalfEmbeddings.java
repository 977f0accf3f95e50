package io.semanticsearch.onnx.graph;

import io.semanticsearch.onnx.proto.AttributeProto;
import java.util.ArrayList;
import java.util.List;

/**
 * The beginning of an encoder in fp16: what is looked up for each token, added up, and its norm. Out of plain operators, because
 * EmbedLayerNormalization adds up squares in fp16 on CUDA, where those of an embedding are next to nothing, and LayerNormalization does it
 * in fp32: https://github.com/microsoft/onnxruntime, {@code onnxruntime/contrib_ops/cuda/bert/embed_layer_norm_impl.cu} and {@code
 * onnxruntime/core/providers/cuda/nn/layer_norm.cc}.
 */
record HalfEmbeddings(GraphBuilder graph, EncoderConfig config, EncoderWeights weights) {

    /**
     * @param ids name of a value int32 [batch, sequence]
     * @param types name of such a value; empty where all tokens are of one type
     * @return name of a value float16 [batch, sequence, hidden]
     */
    String add(String ids, String types) {
        List<String> parts = new ArrayList<>();
        parts.add(graph.onnx("embeddings.words", "Gather", List.of(graph.table("words", weights.words()), ids)));
        parts.add(positions(ids));
        if (!types.isEmpty()) {
            String table = graph.table("token_types", weights.tokenTypes().orElseThrow());
            parts.add(graph.onnx("embeddings.types", "Gather", List.of(table, types)));
        }
        String sum = parts.getFirst();
        for (int i = 1; i < parts.size(); i++) sum = graph.onnx("embeddings.sum" + i, "Add", List.of(sum, parts.get(i)));
        return graph.onnx("embeddings", "LayerNormalization",
                List.of(sum, graph.vector("embedding_norm.scale", weights.embeddingNorm().scale()),
                        graph.vector("embedding_norm.shift", weights.embeddingNorm().shift())),
                AttributeProto.of("axis", -1), AttributeProto.of("epsilon", config.epsilon()));
    }

    /** The rows of as many positions as there are tokens; of too many there are not enough, and the sum fails. */
    private String positions(String ids) {
        String table = graph.reals("positions", List.of((long) weights.maxTokens(), (long) config.hidden()),
                weights::positionsOfOneType);
        String sequence = graph.onnx("embeddings.sequence", "Shape", List.of(ids), AttributeProto.of("start", 1));
        String zero = graph.longs("embeddings.zero", List.of(1L), 0);
        return graph.onnx("embeddings.positions", "Slice", List.of(table, zero, sequence, zero));
    }

    /**
     * How many tokens each text has.
     *
     * @param mask name of a value int32 [batch, sequence]
     * @return name of a value int32 [batch]
     */
    String lengths(String mask) {
        return graph.onnx("lengths", "ReduceSum", List.of(mask, graph.longs("lengths.axis", List.of(1L), 1)),
                AttributeProto.of("keepdims", 0));
    }
}

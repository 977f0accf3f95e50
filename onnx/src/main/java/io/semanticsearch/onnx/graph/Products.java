package io.semanticsearch.onnx.graph;

import io.semanticsearch.onnx.proto.AttributeProto;
import java.util.List;
import java.util.Map;

/** The operators that multiply by matrices without a bias. */
sealed interface Products {

    /** @param precision other than fp16, for which these encoders are not compiled */
    static Products of(Precision precision) {
        return switch (precision) {
            case FP32 -> new InFloat();
            case FP16 -> throw new IllegalArgumentException("[precision] is [" + precision + "], expected fp32 or int8");
            case INT8 -> new InInt8();
        };
    }

    /**
     * Multiplies the same numbers by several matrices.
     *
     * @param reads name of a value float32 [batch, tokens, inputs]
     * @param by the names of the values to make and what makes them, in order
     * @return the names of values float32 [batch, tokens, outputs]
     */
    List<String> each(GraphBuilder graph, String reads, List<Map.Entry<String, Projection>> by);

    /** The same with one matrix. */
    String one(GraphBuilder graph, String name, String reads, Projection by);

    /** The same for numbers of which some tokens' are many times as large as others'. */
    String uneven(GraphBuilder graph, String name, String reads, Projection by);

    record InFloat() implements Products {

        @Override
        public List<String> each(GraphBuilder graph, String reads, List<Map.Entry<String, Projection>> by) {
            return by.stream().map(entry -> one(graph, entry.getKey(), reads, entry.getValue())).toList();
        }

        @Override
        public String one(GraphBuilder graph, String name, String reads, Projection by) {
            String weights = graph.matrix(name + ".weight", by.inputs(), by.outputs(), by::values);
            return graph.onnx(name, "MatMul", List.of(reads, weights));
        }

        @Override
        public String uneven(GraphBuilder graph, String name, String reads, Projection by) {
            return one(graph, name, reads, by);
        }
    }

    record InInt8() implements Products {

        /** What is read is brought to eight bits once for all. */
        @Override
        public List<String> each(GraphBuilder graph, String reads, List<Map.Entry<String, Projection>> by) {
            QuantizedTokens tokens = QuantizedTokens.of(graph, by.getFirst().getKey() + ".input", reads);
            return by.stream().map(
                    entry -> tokens.multiply(entry.getKey(), weights(graph, entry.getKey(), entry.getValue()), "")).toList();
        }

        @Override
        public String one(GraphBuilder graph, String name, String reads, Projection by) {
            Int8Kernels.Weights weights = weights(graph, name, by);
            return graph.microsoft(name, "DynamicQuantizeMatMul",
                    List.of(reads, weights.values(), weights.scales(), weights.zero()));
        }

        /**
         * Eight bits have one scale for all tokens, so each token's numbers are divided by the largest of them first. Numbers that are
         * products of two need it: with random weights it halves what a vector loses, and takes 2 to 7 % of the time.
         */
        @Override
        public String uneven(GraphBuilder graph, String name, String reads, Projection by) {
            String sizes = graph.onnx(name + ".sizes", "Abs", List.of(reads));
            String largest = graph.onnx(name + ".largest", "ReduceMax", List.of(sizes), AttributeProto.of("axes", List.of(-1L)));
            // Nothing but zeros may be divided by any number but zero.
            String least = graph.floats(name + ".least", List.of(), Float.MIN_NORMAL);
            String divisor = graph.onnx(name + ".divisor", "Max", List.of(largest, least));
            String even = graph.onnx(name + ".even", "Div", List.of(reads, divisor));
            String product = one(graph, name + ".product", even, by);
            return graph.onnx(name, "Mul", List.of(product, divisor));
        }

        private static Int8Kernels.Weights weights(GraphBuilder graph, String name, Projection by) {
            return Int8Kernels.weights(graph, name, by.inputs(), by.outputs(), by::values, by.weight().name());
        }
    }
}

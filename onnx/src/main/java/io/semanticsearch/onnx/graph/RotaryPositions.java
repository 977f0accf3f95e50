package io.semanticsearch.onnx.graph;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns queries and keys by the positions of their tokens, so that their products depend on distances: "RoFormer" (2021), section 3.2, with
 * the first half of a head's numbers paired with the second.
 */
final class RotaryPositions {

    private final GraphBuilder graph;
    private final int headWidth;
    private final int tokens;
    private final Map<Double, Waves> waves = new HashMap<>();
    private String first;

    /**
     * Names of the constants for one base.
     *
     * @param cosines float32 [tokens, headWidth / 2]
     * @param sines float32 [tokens, headWidth / 2]
     */
    private record Waves(String cosines, String sines) {}

    /** @param tokens the most tokens of a text */
    RotaryPositions(GraphBuilder graph, int headWidth, int tokens) {
        this.graph = graph;
        this.headWidth = headWidth;
        this.tokens = tokens;
    }

    /**
     * @param x name of a value float32 [batch, tokens, hidden]
     * @param theta base of the wavelengths
     * @return name of a value of the same shape
     */
    String turn(String x, double theta) {
        if (first == null) first = graph.longs("rotary.first", List.of(1L), 0);
        Waves of = waves.computeIfAbsent(theta, this::waves);
        return graph.microsoft(x + ".turned", "RotaryEmbedding", List.of(x, first, of.cosines, of.sines));
    }

    private Waves waves(double theta) {
        String name = "rotary." + waves.size();
        List<Long> shape = List.of((long) tokens, headWidth / 2L);
        float[] cosines = new float[tokens * headWidth / 2];
        float[] sines = new float[cosines.length];
        for (int pair = 0; pair < headWidth / 2; pair++) {
            // In float32, as the originals, which were trained so: far positions would be turned by something else.
            float frequency = 1 / (float) Math.pow(theta, 2f * pair / headWidth);
            for (int token = 0; token < tokens; token++) {
                float angle = token * frequency;
                cosines[token * headWidth / 2 + pair] = (float) Math.cos(angle);
                sines[token * headWidth / 2 + pair] = (float) Math.sin(angle);
            }
        }
        return new Waves(graph.floats(name + ".cosines", shape, cosines), graph.floats(name + ".sines", shape, sines));
    }
}

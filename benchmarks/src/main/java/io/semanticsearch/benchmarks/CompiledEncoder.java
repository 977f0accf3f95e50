package io.semanticsearch.benchmarks;

import io.semanticsearch.onnx.OnnxCall;
import io.semanticsearch.onnx.OnnxSession;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The project's own: a compiled graph that pools, called by the project's binding. Several can share a session. */
final class CompiledEncoder implements Encoder {
    private final OnnxSession session;
    private final OnnxCall call;
    private final List<String> inputs;

    CompiledEncoder(OnnxSession session) {
        this.session = session;
        this.call = session.newCall();
        this.inputs = session.inputs().stream().map(input -> input.name()).toList();
    }

    @Override
    public float[][] embed(List<int[]> texts) {
        int longest = texts.stream().mapToInt(text -> text.length).max().orElse(0);
        List<MemorySegment> segments = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) segments.add(call.input(i, texts.size(), longest));
        for (int i = 0; i < inputs.size(); i++) write(inputs.get(i), segments.get(i), texts, longest);
        call.run();
        float[] flat = call.result(0).toArray(ValueLayout.JAVA_FLOAT);
        float[][] vectors = new float[texts.size()][];
        int hidden = flat.length / vectors.length;
        for (int row = 0; row < vectors.length; row++) vectors[row] = Arrays.copyOfRange(flat, row * hidden, (row + 1) * hidden);
        return vectors;
    }

    private static void write(String name, MemorySegment to, List<int[]> texts, int longest) {
        to.fill((byte) 0);
        for (int row = 0; row < texts.size(); row++) {
            int[] text = texts.get(row);
            for (int i = 0; i < text.length; i++) {
                long value = switch (name) {
                    case "input_ids" -> text[i];
                    case "attention_mask" -> 1;
                    default -> 0;
                };
                to.setAtIndex(ValueLayout.JAVA_LONG, (long) row * longest + i, value);
            }
        }
    }

    OnnxSession session() {
        return session;
    }

    @Override
    public void close() {
        call.close();
    }
}

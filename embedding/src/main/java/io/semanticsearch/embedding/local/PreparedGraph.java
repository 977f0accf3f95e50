package io.semanticsearch.embedding.local;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * The graph that a transformer runs on this machine.
 *
 * @param file the ONNX file
 * @param precision what it computes in: {@code fp32}, {@code fp16}, {@code int8}, or {@code original} where it is as it was published
 * @param device such as {@code cpu}
 * @param bytes of its files, which is about what it takes in memory
 * @param passTokens how many tokens a pass should have
 * @param maxTokens the most that the graph can take; empty where it does not say
 * @param notes what its user should know, a sentence each
 */
record PreparedGraph(Path file,
        String precision,
        String device,
        long bytes,
        int passTokens,
        OptionalInt maxTokens,
        List<String> notes) {

    static final String FP32 = "fp32";
    static final String FP16 = "fp16";
    static final String INT8 = "int8";
    static final String ORIGINAL = "original";

    /**
     * How many tokens a pass has on a graphics processor. A product of matrices is cut into tiles of about 128 by 128, so that the smallest
     * of a hidden size of 384 has 192 of them, enough for the 132 multiprocessors of a large one; twice as many tokens would make a
     * query wait twice as long for a pass of documents. Reckoned, not measured.
     */
    static final int GPU_PASS = 8_192;

    PreparedGraph {
        notes = List.copyOf(notes);
    }

    /** The same with more to know. */
    PreparedGraph with(List<String> more) {
        List<String> all = new ArrayList<>(notes);
        all.addAll(more);
        return new PreparedGraph(file, precision, device, bytes, passTokens, maxTokens, all);
    }

    /** The same in memory twice. */
    PreparedGraph twice() {
        return new PreparedGraph(file, precision, device, 2 * bytes, passTokens, maxTokens, notes);
    }

    /** The same on another device. */
    PreparedGraph on(String other, int tokens) {
        return new PreparedGraph(file, precision, other, bytes, tokens, maxTokens, notes);
    }
}

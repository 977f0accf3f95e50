package io.semanticsearch.onnx.graph;

import io.semanticsearch.onnx.OnnxCall;
import io.semanticsearch.onnx.OnnxRuntime;
import io.semanticsearch.onnx.OnnxSession;
import io.semanticsearch.onnx.SessionOptions;
import io.semanticsearch.onnx.proto.ElementType;
import io.semanticsearch.onnx.proto.ModelProto;
import io.semanticsearch.onnx.proto.OnnxWriter;
import io.semanticsearch.onnx.proto.TensorData;
import io.semanticsearch.onnx.proto.TensorProto;
import io.semanticsearch.onnx.proto.ValueInfoProto;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * How this machine multiplies in eight bits. x86 processors without VNNI add two products in sixteen bits, which overflow: vectors are wrong
 * without any error. ONNX Runtime has a slower way for them, which must be asked for; it would take that way on processors with VNNI too, and
 * take half as long again, so whether it is needed is tried out.
 */
public final class Int8Arithmetic {

    private static final String EXACT = "session.x64quantprecision";
    private static final int INPUTS = 64;
    private static final int OUTPUTS = 32;
    private static final int LARGEST_INPUT = 255;

    /** One row, for which there are products of their own, and several. */
    private static final int[] ROWS = {1, 16};

    private Int8Arithmetic() {}

    /**
     * What a session of a {@link Precision#INT8} graph has to be opened with on this machine, besides {@link SessionOptions#DEFAULT}. Takes
     * about a millisecond.
     *
     * @param folder to write a small file to, which is deleted again
     */
    public static SessionOptions options(OnnxRuntime runtime, Path folder) throws IOException {
        return isExact(runtime, folder, SessionOptions.DEFAULT)
                ? SessionOptions.DEFAULT
                : SessionOptions.DEFAULT.withConfig(EXACT, "1");
    }

    /** Whether the product of the largest numbers there are comes out right. */
    static boolean isExact(OnnxRuntime runtime, Path folder, SessionOptions options) throws IOException {
        Path file = Files.createTempFile(folder, "int8-", ".onnx");
        try {
            OnnxWriter.write(product(), file);
            try (OnnxSession session = runtime.openSession(file, options); OnnxCall call = session.newCall()) {
                for (int rows : ROWS) {
                    call.input(0, rows, INPUTS).fill((byte) LARGEST_INPUT);
                    call.run();
                    MemorySegment sums = call.result(0);
                    for (long i = 0; i < (long) rows * OUTPUTS; i++) {
                        int sum = sums.getAtIndex(ValueLayout.JAVA_INT, i);
                        if (sum != INPUTS * LARGEST_INPUT * Byte.MAX_VALUE) return false;
                    }
                }
                return true;
            }
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static ModelProto product() {
        GraphBuilder graph = new GraphBuilder();
        byte[] weights = new byte[INPUTS * OUTPUTS];
        Arrays.fill(weights, Byte.MAX_VALUE);
        String x = graph.input(ValueInfoProto.of("x", ElementType.UINT8, "rows", Integer.toString(INPUTS)));
        String w = graph.constant(new TensorProto("w", ElementType.INT8.code(), List.of((long) INPUTS, (long) OUTPUTS),
                new TensorData.Stored(MemorySegment.ofArray(weights))));
        graph.onnx("y", "MatMulInteger", List.of(x, w));
        graph.output(ValueInfoProto.of("y", ElementType.INT32, "rows", Integer.toString(OUTPUTS)));
        return new ModelProto(EncoderCompiler.IR_VERSION, EncoderCompiler.OPERATOR_SETS, graph.build("product"), new TreeMap<>());
    }
}

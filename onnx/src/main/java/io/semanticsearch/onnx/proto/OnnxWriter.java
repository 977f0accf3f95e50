package io.semanticsearch.onnx.proto;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Writes a model. The same model becomes the same bytes. Numbers are made while they are written, so no memory is needed for them; what
 * would make the file larger than protobuf allows goes into a second one, {@code <name>.data}.
 */
public final class OnnxWriter {

    /** ONNX Runtime reads no message of 2 GiB or more; the rest is room for the operators. */
    public static final long MAX_INLINE_BYTES = (2L << 30) - (64L << 20);

    /** Small tensors stay inside, where ONNX Runtime can look at them while it optimises. */
    private static final long MIN_EXTERNAL_BYTES = 1 << 10;

    /** Of a page, so that a mapped tensor is aligned: https://github.com/onnx/onnx, {@code docs/ExternalData.md}. */
    private static final long ALIGNMENT = 4096;

    private OnnxWriter() {}

    public static void write(ModelProto model, Path target) throws IOException {
        write(model, target, MAX_INLINE_BYTES);
    }

    /** @param maxInlineBytes how many bytes of numbers may be in the file itself */
    public static void write(ModelProto model, Path target, long maxInlineBytes) throws IOException {
        List<TensorProto> tensors = model.graph().initializers();
        boolean large = tensors.stream().mapToLong(tensor -> tensor.data().bytes()).sum() > maxInlineBytes;
        Path data = target.resolveSibling(target.getFileName() + ".data");
        List<Part> parts = new ArrayList<>();
        long offset = 0;
        for (TensorProto tensor : tensors) {
            boolean inside = !large || tensor.data().bytes() < MIN_EXTERNAL_BYTES;
            ProtoWriter head = inside ? tensor.inline() : tensor.external(data.getFileName().toString(), offset);
            parts.add(new Part(tensor.data(), inside, head.toBytes()));
            if (!inside) offset = aligned(offset + tensor.data().bytes());
        }
        if (large) replace(data, out -> writeData(parts, out));
        replace(target, out -> writeModel(model, parts, out));
    }

    /**
     * A tensor on its way into the file.
     *
     * @param inside whether its numbers follow its head
     * @param head all of its message but these
     */
    private record Part(TensorData data, boolean inside, byte[] head) {

        long bytes() {
            return head.length + (inside ? data.bytes() : 0);
        }

        byte[] tag() {
            return new ProtoWriter().begin(GraphProto.INITIALIZER, bytes()).toBytes();
        }
    }

    private static void writeModel(ModelProto model, List<Part> parts, OutputStream out) throws IOException {
        byte[] operators = model.graph().writeOperators().toBytes();
        long length = operators.length;
        for (Part part : parts) length += part.tag().length + part.bytes();
        out.write(model.head().begin(ModelProto.GRAPH, length).toBytes());
        out.write(operators);
        for (Part part : parts) {
            out.write(part.tag());
            out.write(part.head);
            if (part.inside) part.data.writeTo(out);
        }
    }

    private static void writeData(List<Part> parts, OutputStream out) throws IOException {
        for (Part part : parts) {
            if (part.inside) continue;
            part.data.writeTo(out);
            long bytes = part.data.bytes();
            out.write(new byte[(int) (aligned(bytes) - bytes)]);
        }
    }

    private static long aligned(long offset) {
        return (offset + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /** A file appears under its name only when it is whole. */
    private static void replace(Path target, TensorData.Source content) throws IOException {
        Path unfinished = target.resolveSibling(target.getFileName() + "." + UUID.randomUUID() + ".unfinished");
        try {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(unfinished), 1 << 18)) {
                content.writeTo(out);
            }
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }
}

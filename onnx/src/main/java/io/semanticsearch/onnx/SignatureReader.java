package io.semanticsearch.onnx;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** Reads once what inputs and outputs a session has. */
final class SignatureReader {

    /** {@code ONNX_TYPE_TENSOR} of {@code ONNXType}; others are sequences, maps and the like. */
    private static final int TENSOR = 1;

    private final OrtApi api;
    private final MemorySegment allocator;
    private final MemorySegment session;

    SignatureReader(OnnxRuntime runtime, MemorySegment session) {
        this.api = runtime.api();
        this.allocator = runtime.allocator();
        this.session = session;
    }

    List<TensorInfo> inputs() {
        return read(api.sessionGetInputCount, api.sessionGetInputName, api.sessionGetInputTypeInfo);
    }

    List<TensorInfo> outputs() {
        return read(api.sessionGetOutputCount, api.sessionGetOutputName, api.sessionGetOutputTypeInfo);
    }

    private List<TensorInfo> read(StatusFunction.PP getCount, StatusFunction.PJPP getName, StatusFunction.PJP getType) {
        try (Arena arena = Arena.ofConfined()) {
            Out.Size count = new Out.Size(arena);
            getCount.call(session, count.place());
            List<TensorInfo> all = new ArrayList<>();
            Out.Pointer out = new Out.Pointer(arena);
            for (long i = 0; i < count.value(); i++) {
                getName.call(session, i, allocator, out.place());
                String name = api.take(allocator, out);
                getType.call(session, i, out.place());
                MemorySegment type = api.made(out);
                try {
                    all.add(info(name, type, arena));
                } finally {
                    api.release(api.releaseTypeInfo, type);
                }
            }
            return List.copyOf(all);
        }
    }

    private TensorInfo info(String name, MemorySegment type, Arena arena) {
        Out.Int kind = new Out.Int(arena);
        api.getOnnxTypeFromTypeInfo.call(type, kind.place());
        if (kind.value() != TENSOR) {
            throw new OnnxException(OnnxException.NO_CODE, "[" + name + "] is no tensor but of the ONNX type [" + kind.value()
                    + "]; only models whose inputs and outputs are all tensors are supported");
        }
        Out.Pointer tensor = new Out.Pointer(arena);
        // Belongs to the type; releasing it as well would free it twice.
        api.castTypeInfoToTensorInfo.call(type, tensor.place());
        Out.Int element = new Out.Int(arena);
        api.getTensorElementType.call(tensor.value(), element.place());
        try {
            return new TensorInfo(name, ElementType.of(element.value()), shape(tensor.value(), arena));
        } catch (OnnxException e) {
            throw e.about("[" + name + "]");
        }
    }

    private List<TensorInfo.Dimension> shape(MemorySegment tensor, Arena arena) {
        Out.Size rank = new Out.Size(arena);
        api.getDimensionsCount.call(tensor, rank.place());
        MemorySegment sizes = arena.allocate(ValueLayout.JAVA_LONG, rank.value());
        MemorySegment symbols = arena.allocate(ValueLayout.ADDRESS, rank.value());
        api.getDimensions.call(tensor, sizes, rank.value());
        api.getSymbolicDimensions.call(tensor, symbols, rank.value());
        List<TensorInfo.Dimension> shape = new ArrayList<>();
        for (long d = 0; d < rank.value(); d++) {
            String symbol = OrtApi.string(symbols.getAtIndex(ValueLayout.ADDRESS, d));
            shape.add(new TensorInfo.Dimension(sizes.getAtIndex(ValueLayout.JAVA_LONG, d), symbol));
        }
        return shape;
    }
}

package io.semanticsearch.onnx;

/** Types of numbers in tensors; {@code ONNXTensorElementDataType} of {@code onnxruntime_c_api.h}. */
public enum ElementType {
    FLOAT32(1, 4), UINT8(2, 1), INT8(3, 1), UINT16(4, 2), INT16(5, 2), INT32(6, 4), INT64(7, 8), BOOL(9, 1), FLOAT16(10,
            2), FLOAT64(11,
                    8), UINT32(12, 4), UINT64(13, 8), BFLOAT16(16, 2);

    private final int code;
    private final int bytes;

    ElementType(int code, int bytes) {
        this.code = code;
        this.bytes = bytes;
    }

    /** Bytes of one number. */
    public int bytes() {
        return bytes;
    }

    /** The number that the C API knows it by. */
    int code() {
        return code;
    }

    /** The type of this code, or {@link OnnxException} for one that is no plain number: strings, complex and packed numbers. */
    static ElementType of(int code) {
        for (ElementType type : values()) {
            if (type.code == code) return type;
        }
        throw new OnnxException(OnnxException.NO_CODE,
                "tensors of type [" + code + "] are not supported, only those of plain numbers");
    }
}

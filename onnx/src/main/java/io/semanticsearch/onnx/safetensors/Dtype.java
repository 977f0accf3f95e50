package io.semanticsearch.onnx.safetensors;

/** Types of numbers in a safetensors file: https://github.com/huggingface/safetensors, {@code safetensors/src/tensor.rs}, {@code Dtype}. */
public enum Dtype {
    BOOL(1, "bool"), U8(1, "uint8"), I8(1, "int8"), F8_E5M2(1, "fp8"), F8_E4M3(1, "fp8"), I16(2, "int16"), U16(2, "uint16"), F16(
            2, "fp16"), BF16(2,
                    "bf16"), I32(4, "int32"), U32(4, "uint32"), F32(4, "fp32"), F64(8, "fp64"), I64(8, "int64"), U64(8, "uint64");

    private final int bytes;
    private final String precision;

    Dtype(int bytes, String precision) {
        this.bytes = bytes;
        this.precision = precision;
    }

    /** Bytes of one number. */
    public int bytes() {
        return bytes;
    }

    /** The name that users read. */
    public String precision() {
        return precision;
    }
}

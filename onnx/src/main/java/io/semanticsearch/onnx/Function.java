package io.semanticsearch.onnx;

import java.lang.foreign.MemorySegment;

/**
 * A function of the C API of ONNX Runtime.
 *
 * @param name as in the header, for messages
 * @param failures reads the status that it returns
 */
record Function(String name, MemorySegment address, Failures failures) {

    /**
     * Throws what the status says.
     *
     * @param status a pointer, 0 when all is well
     */
    void check(long status) {
        if (status != 0) throw failures.read(name, status);
    }

    /** What Java threw in place of calling it. */
    OnnxException broken(Throwable e) {
        return new OnnxException(OnnxException.NO_CODE, name + " could not be called: " + e, e);
    }
}

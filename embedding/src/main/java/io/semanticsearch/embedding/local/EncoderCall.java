package io.semanticsearch.embedding.local;

import io.semanticsearch.onnx.Cancellation;
import io.semanticsearch.onnx.DeviceTensor;
import io.semanticsearch.onnx.OnnxBinding;
import io.semanticsearch.onnx.OnnxCall;
import io.semanticsearch.onnx.OnnxSession;
import io.semanticsearch.onnx.SessionOptions;
import io.semanticsearch.onnx.TensorInfo;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A run of an encoder that is made ready once and made many times, for one thread at a time: on the CPU in memory of this process, on a
 * device by a binding, so that inputs go there once and only what is asked for comes back. Whoever made it closes it.
 */
sealed interface EncoderCall extends AutoCloseable {

    /** A kind of call. */
    enum Kind {
        IN_PLACE, BOUND;

        /** The kind that suits a session. */
        static Kind of(SessionOptions options) {
            return options.cuda().isPresent() ? BOUND : IN_PLACE;
        }

        /** @param output what is asked for */
        EncoderCall of(OnnxSession session, TensorInfo output) {
            return switch (this) {
                case IN_PLACE -> new InPlace(session.newCall(List.of(output.name())));
                case BOUND -> new Bound(session, output);
            };
        }
    }

    /** The memory of an input, to be written anew for each run; as {@link OnnxCall#input(int, long...)}. */
    MemorySegment input(int index, long... shape);

    /**
     * Runs it.
     *
     * @param expected the shape of the output, or none where it is not known before
     */
    Answer run(Cancellation cancellation, long... expected);

    @Override
    void close();

    /**
     * What came out.
     *
     * @param data row-major, of any alignment; usable until the next run and until the call is closed
     */
    record Answer(long[] shape, MemorySegment data) {}

    /** In memory that is reused. */
    record InPlace(OnnxCall call) implements EncoderCall {

        @Override
        public MemorySegment input(int index, long... shape) {
            return call.input(index, shape);
        }

        /** In place where the shape is known, because a copy of all tokens' vectors takes time. */
        @Override
        public Answer run(Cancellation cancellation, long... expected) {
            if (expected.length == 0) {
                call.outputOfAnyShape(0);
            } else {
                call.output(0, expected);
            }
            call.run(cancellation);
            return new Answer(call.resultShape(0), call.result(0));
        }

        @Override
        public void close() {
            call.close();
        }
    }

    /** By a binding whose output comes back to memory of this process, because no later run takes it on the device. */
    final class Bound implements EncoderCall {

        private static final String MEMORY = "Cpu";

        private final List<TensorInfo> inputs;
        private final OnnxBinding binding;

        private Bound(OnnxSession session, TensorInfo output) {
            this.inputs = session.inputs();
            this.binding = session.newBinding();
            binding.output(output.name(), MEMORY, 0);
        }

        @Override
        public MemorySegment input(int index, long... shape) {
            return binding.input(inputs.get(index).name(), shape);
        }

        @Override
        public Answer run(Cancellation cancellation, long... expected) {
            try (DeviceTensor result = binding.run(cancellation).getFirst()) {
                return new Answer(result.shape(), result.copy().data());
            }
        }

        @Override
        public void close() {
            binding.close();
        }
    }
}

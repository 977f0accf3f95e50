package io.semanticsearch.onnx;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The C functions that return a status, by the types of their arguments: P is a pointer, I an int or enum, J a size or int64. The status is
 * checked and released inside, so that no caller can forget it; whatever Java itself throws comes out as an {@link OnnxException}, because
 * an {@link Error} would end the process that embeds us.
 *
 * <p>The handles are constants, which the compiler inlines, and take the address of the function; so a call costs no more than one
 * that is bound to it. A status is a pointer, taken as the integer that it is: an object for each would be garbage.
 *
 * <p>Longer than other files because Java's exact calls cannot be written once for all types.
 */
final class StatusFunction {

    private static final MemoryLayout P = ValueLayout.ADDRESS;
    private static final MemoryLayout I = ValueLayout.JAVA_INT;
    private static final MemoryLayout J = ValueLayout.JAVA_LONG;

    private StatusFunction() {}

    @SuppressWarnings("restricted")
    private static MethodHandle handle(MemoryLayout... arguments) {
        return Linker.nativeLinker().downcallHandle(FunctionDescriptor.of(ValueLayout.JAVA_LONG, arguments));
    }

    record P(Function function) {
        private static final MethodHandle HANDLE = handle(P);

        void call(MemorySegment a) {
            long status;
            try {
                status = (long) HANDLE.invokeExact(function.address(), a);
            } catch (Throwable thrown) {
                throw function.broken(thrown);
            }
            function.check(status);
        }
    }

    record PP(Function function) {
        private static final MethodHandle HANDLE = handle(P, P);

        void call(MemorySegment a, MemorySegment b) {
            long status;
            try {
                status = (long) HANDLE.invokeExact(function.address(), a, b);
            } catch (Throwable thrown) {
                throw function.broken(thrown);
            }
            function.check(status);
        }
    }

    record PPP(Function function) {
        private static final MethodHandle HANDLE = handle(P, P, P);

        void call(MemorySegment a, MemorySegment b, MemorySegment c) {
            long status;
            try {
                status = (long) HANDLE.invokeExact(function.address(), a, b, c);
            } catch (Throwable thrown) {
                throw function.broken(thrown);
            }
            function.check(status);
        }
    }

    record PPPP(Function function) {
        private static final MethodHandle HANDLE = handle(P, P, P, P);

        void call(MemorySegment a, MemorySegment b, MemorySegment c, MemorySegment d) {
            long status;
            try {
                status = (long) HANDLE.invokeExact(function.address(), a, b, c, d);
            } catch (Throwable thrown) {
                throw function.broken(thrown);
            }
            function.check(status);
        }
    }

    record PI(Function function) {
        private static final MethodHandle HANDLE = handle(P, I);

        void call(MemorySegment a, int b) {
            long status;
            try {
                status = (long) HANDLE.invokeExact(function.address(), a, b);
            } catch (Throwable thrown) {
                throw function.broken(thrown);
            }
            function.check(status);
        }
    }

    record PPJ(Function function) {
        private static final MethodHandle HANDLE = handle(P, P, J);

        void call(MemorySegment a, MemorySegment b, long c) {
            long status;
            try {
                status = (long) HANDLE.invokeExact(function.address(), a, b, c);
            } catch (Throwable thrown) {
                throw function.broken(thrown);
            }
            function.check(status);
        }
    }

    record PPPJ(Function function) {
        private static final MethodHandle HANDLE = handle(P, P, P, J);

        void call(MemorySegment a, MemorySegment b, MemorySegment c, long d) {
            long status;
            try {
                status = (long) HANDLE.invokeExact(function.address(), a, b, c, d);
            } catch (Throwable thrown) {
                throw function.broken(thrown);
            }
            function.check(status);
        }
    }

    record PJP(Function function) {
        private static final MethodHandle HANDLE = handle(P, J, P);

        void call(MemorySegment a, long b, MemorySegment c) {
            long status;
            try {
                status = (long) HANDLE.invokeExact(function.address(), a, b, c);
            } catch (Throwable thrown) {
                throw function.broken(thrown);
            }
            function.check(status);
        }
    }

    record PJPP(Function function) {
        private static final MethodHandle HANDLE = handle(P, J, P, P);

        void call(MemorySegment a, long b, MemorySegment c, MemorySegment d) {
            long status;
            try {
                status = (long) HANDLE.invokeExact(function.address(), a, b, c, d);
            } catch (Throwable thrown) {
                throw function.broken(thrown);
            }
            function.check(status);
        }
    }

    record IIP(Function function) {
        private static final MethodHandle HANDLE = handle(I, I, P);

        void call(int a, int b, MemorySegment c) {
            long status;
            try {
                status = (long) HANDLE.invokeExact(function.address(), a, b, c);
            } catch (Throwable thrown) {
                throw function.broken(thrown);
            }
            function.check(status);
        }
    }

    record IPP(Function function) {
        private static final MethodHandle HANDLE = handle(I, P, P);

        void call(int a, MemorySegment b, MemorySegment c) {
            long status;
            try {
                status = (long) HANDLE.invokeExact(function.address(), a, b, c);
            } catch (Throwable thrown) {
                throw function.broken(thrown);
            }
            function.check(status);
        }
    }

    record PIIIP(Function function) {
        private static final MethodHandle HANDLE = handle(P, I, I, I, P);

        void call(MemorySegment a, int b, int c, int d, MemorySegment e) {
            long status;
            try {
                status = (long) HANDLE.invokeExact(function.address(), a, b, c, d, e);
            } catch (Throwable thrown) {
                throw function.broken(thrown);
            }
            function.check(status);
        }
    }

    record PPIPP(Function function) {
        private static final MethodHandle HANDLE = handle(P, P, I, P, P);

        void call(MemorySegment a, MemorySegment b, int c, MemorySegment d, MemorySegment e) {
            long status;
            try {
                status = (long) HANDLE.invokeExact(function.address(), a, b, c, d, e);
            } catch (Throwable thrown) {
                throw function.broken(thrown);
            }
            function.check(status);
        }
    }

    record PPJPJIP(Function function) {
        private static final MethodHandle HANDLE = handle(P, P, J, P, J, I, P);

        void call(MemorySegment a, MemorySegment b, long c, MemorySegment d, long e, int f, MemorySegment g) {
            long status;
            try {
                status = (long) HANDLE.invokeExact(function.address(), a, b, c, d, e, f, g);
            } catch (Throwable thrown) {
                throw function.broken(thrown);
            }
            function.check(status);
        }
    }

    record PPPPJPJP(Function function) {
        private static final MethodHandle HANDLE = handle(P, P, P, P, J, P, J, P);

        void call(MemorySegment a,
                MemorySegment b,
                MemorySegment c,
                MemorySegment d,
                long e,
                MemorySegment f,
                long g,
                MemorySegment h) {
            long status;
            try {
                status = (long) HANDLE.invokeExact(function.address(), a, b, c, d, e, f, g, h);
            } catch (Throwable thrown) {
                throw function.broken(thrown);
            }
            function.check(status);
        }
    }
}

package io.semanticsearch.benchmarks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semanticsearch.onnx.OnnxCall;
import io.semanticsearch.onnx.OnnxRuntime;
import io.semanticsearch.onnx.OnnxSession;
import io.semanticsearch.onnx.graph.Precision;
import io.semanticsearch.onnx.graph.ProductGraph;
import java.io.PrintStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** How near an encoder comes to what the processor gives at best: to its products of matrices alone, and to twice as much on two threads. */
final class EncoderScaling {
    private static final String ENCODER = "encoder";
    private static final String ONE = "one worker";
    private static final String TWO = "two workers";
    private static final String PRODUCTS = "products alone";
    private static final String ONE_OF_PRODUCTS = "products alone, one worker";
    private static final String TWO_OF_PRODUCTS = "products alone, two workers";
    private static final int TEXTS = 4;
    private static final int TOKENS = 64;
    private static final int PASSES = 16;
    private static final int TURN_MILLIS = 40;

    private final OnnxRuntime runtime;
    private final EncoderFiles files;
    private final int rounds;

    EncoderScaling(OnnxRuntime runtime, EncoderFiles files, int rounds) {
        this.runtime = runtime;
        this.files = files;
        this.rounds = rounds;
    }

    void report(ObjectNode figures, PrintStream out) throws Exception {
        Table table = new Table(TEXTS + "x" + TOKENS, "tokens/s", "Gop/s", "products Gop/s", "share", "two workers to one",
                "products two to one");
        double scaling = Double.MAX_VALUE;
        // Processors have no products in fp16.
        for (Precision precision : List.of(Precision.FP32, Precision.INT8)) {
            String name = precision.toString().toLowerCase(Locale.ROOT);
            Times times = time(precision);
            double seconds = times.alone.seconds(ENCODER);
            double operations = TEXTS * TOKENS * files.operations(TOKENS) / seconds / 1e9;
            double ofProducts = TEXTS * TOKENS * ProductGraph.operations(files.shape());
            double share = TEXTS * TOKENS * files.operations(TOKENS) / ofProducts * times.alone.speedup(ENCODER, PRODUCTS);
            double two = times.together.speedup(TWO, ONE);
            scaling = Math.min(scaling, two);
            table.row(name, Table.cell(TEXTS * TOKENS / seconds, 0), Table.cell(operations, 0),
                    Table.cell(ofProducts / times.alone.seconds(PRODUCTS) / 1e9, 0), Table.cell(share, 2), Table.cell(two, 2),
                    Table.cell(times.together.speedup(TWO_OF_PRODUCTS, ONE_OF_PRODUCTS), 2));
            figures.put("gemm_share_" + name, Decimals.round(share, 3));
        }
        table.print(out);
        figures.put("two_workers_vs_one", Decimals.round(scaling, 2));
    }

    /**
     * What was measured.
     *
     * @param alone on one thread
     * @param together with one worker and with two, the encoder and its products alone, in which workers share nothing but the machine
     */
    private record Times(Turns alone, Turns together) {}

    private Times time(Precision precision) throws Exception {
        List<int[]> texts = files.randomIds(TEXTS, TOKENS);
        Path products = files.folder().resolve("products-" + precision + ".onnx");
        ProductGraph.write(files.shape(), precision, products);
        try (OnnxSession session = files.openCompiled(runtime, precision);
                CompiledEncoder first = new CompiledEncoder(session);
                CompiledEncoder second = new CompiledEncoder(session);
                OnnxSession productSession = runtime.openSession(products, EncoderFiles.options(runtime, precision));
                OnnxCall product = productOf(productSession);
                OnnxCall otherProduct = productOf(productSession);
                ExecutorService workers = Executors.newFixedThreadPool(2)) {
            Runnable one = () -> first.embed(texts);
            Runnable two = () -> second.embed(texts);
            Turns alone = Turns.ofThisThread().add(ENCODER, one::run).add(PRODUCTS, product::run).run(rounds, TURN_MILLIS);
            Turns together = Turns.onTheWall().add(ONE, () -> passes(workers, one)).add(TWO, () -> passes(workers, one, two))
                    .add(ONE_OF_PRODUCTS, () -> passes(workers, product::run))
                    .add(TWO_OF_PRODUCTS, () -> passes(workers, product::run, otherProduct::run)).run(rounds, TURN_MILLIS);
            return new Times(alone, together);
        }
    }

    private OnnxCall productOf(OnnxSession session) {
        OnnxCall call = session.newCall();
        MemorySegment x = call.input(0, TEXTS * TOKENS, files.shape().hidden());
        Random random = new Random(1);
        for (long i = 0; i < x.byteSize() / Float.BYTES; i++)
            x.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
        return call;
    }

    /** Several, so that handing over counts for little; who is ready takes the next one, as the workers of a node do. */
    private static void passes(ExecutorService workers, Runnable... passes) throws Exception {
        AtomicInteger left = new AtomicInteger(PASSES);
        List<Future<?>> ends = new ArrayList<>();
        for (Runnable pass : passes) {
            ends.add(workers.submit(() -> {
                while (left.getAndDecrement() > 0)
                    pass.run();
            }));
        }
        for (Future<?> end : ends) end.get();
    }
}

package io.semanticsearch.onnx.graph;

import java.nio.file.Path;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** What became of a model. */
public sealed interface Compilation {

    /**
     * There is a fused graph.
     *
     * @param file the ONNX file; one that is too large for that format has a second one beside it, {@code <name>.data}
     * @param vocabulary rows of the table of tokens: ids are below
     * @param hidden numbers of a token's vector
     * @param maxTokens the most tokens of a text; more are an error of the run
     * @param tokenTypes whether it has the input {@code token_type_ids}
     * @param sources SHA-256 of each file that went in, in hexadecimal, by its name relative to the model's folder
     */
    record Compiled(Path file,
            Architecture architecture,
            int layers,
            int vocabulary,
            int hidden,
            int heads,
            int maxTokens,
            boolean tokenTypes,
            EncoderOptions options,
            SortedMap<String, String> sources) implements Compilation {

        public Compiled {
            sources = Collections.unmodifiableSortedMap(new TreeMap<>(sources));
        }
    }

    /**
     * The model keeps its own graph, which runs as well, only slower.
     *
     * @param reason for people
     */
    record Kept(String reason) implements Compilation {}

    /**
     * Its weights cannot be written in the precision that was asked for. Another one may do.
     *
     * @param reason for people
     */
    record Unfit(String reason) implements Compilation {}
}

package io.semanticsearch.onnx.graph;

import io.semanticsearch.onnx.proto.BrokenModelException;
import io.semanticsearch.onnx.proto.GraphProto;
import io.semanticsearch.onnx.proto.ModelProto;
import io.semanticsearch.onnx.proto.NodeProto;
import io.semanticsearch.onnx.proto.OnnxWriter;
import io.semanticsearch.onnx.proto.OperatorSetIdProto;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes the graph that runs fastest for an encoder. ONNX Runtime fuses neither attention nor the sums before layer norms of the exports that
 * are around, so the graph is built anew from the weights.
 *
 * <p>Inputs and outputs have the names and types of a usual export, so that the result can take the place of the original:
 * <ul>
 * <li>{@code input_ids}, int64 [batch, sequence]: sequence is at most {@link Compilation.Compiled#maxTokens}, padding is any valid id
 * <li>{@code attention_mask}, int64 [batch, sequence]: 1 for a token of the text, 0 for padding. Unlike the original it takes padding on the
 * right only: only the number of ones in a row counts
 * <li>{@code token_type_ids}, int64 [batch, sequence]: only where {@link Compilation.Compiled#tokenTypes} says so
 * <li>{@code last_hidden_state}, float32 [batch, sequence, hidden], without a pooling; the rows of padding mean nothing
 * <li>{@code sentence_embedding}, float32 [batch, hidden], with one
 * </ul>
 *
 * <p>It uses operators of ONNX Runtime's own, and runs nowhere else. The same files make the same bytes. Nothing is run here: compare the
 * result with the original on a few texts before it is used, above all in int8 and fp16.
 */
public final class EncoderCompiler {

    /** Changes with the graphs that come out; part of the key of whoever keeps them. */
    public static final int VERSION = 7;

    static final int IR_VERSION = 8;
    static final List<OperatorSetIdProto> OPERATOR_SETS = List.of(new OperatorSetIdProto("", 17),
            new OperatorSetIdProto(NodeProto.MICROSOFT, 1));

    private EncoderCompiler() {}

    /**
     * Compiles a model.
     *
     * @param target the file to write; its folder exists
     * @throws BrokenModelException when a file of the model cannot be read
     * @throws IOException when the result cannot be written
     */
    public static Compilation compile(EncoderSource source, EncoderOptions options, Path target) throws IOException {
        return compile(source, options, target, OnnxWriter.MAX_INLINE_BYTES);
    }

    static Compilation compile(EncoderSource source, EncoderOptions options, Path target, long maxInlineBytes)
            throws IOException {
        try {
            FamilyConfig config = FamilyConfig.read(source.config(), EncoderSource.CONFIG);
            try (WeightSource weights = source.open()) {
                Fused fused = fused(config, weights, options);
                boolean tokenTypes = fused.graph.inputs().stream().anyMatch(input -> input.name().equals(EncoderGraph.TYPES));
                Compilation.Compiled compiled = new Compilation.Compiled(target, config.architecture(), config.layers(),
                        fused.vocabulary, config.hidden(), config.heads(), fused.maxTokens, tokenTypes, options,
                        sources(source, weights));
                OnnxWriter.write(new ModelProto(IR_VERSION, OPERATOR_SETS, fused.graph, metadata(compiled)), target,
                        maxInlineBytes);
                return compiled;
            }
        } catch (KeepsOwnGraphException e) {
            return new Compilation.Kept(e.getMessage());
        } catch (UnfitException e) {
            return new Compilation.Unfit(e.getMessage());
        }
    }

    private record Fused(GraphProto graph, int vocabulary, int maxTokens) {}

    private static Fused fused(FamilyConfig family, WeightSource source, EncoderOptions options)
            throws KeepsOwnGraphException, UnfitException {
        if (!family.architecture().precisions().contains(options.precision()))
            throw new UnfitException("encoders with rotary positions are compiled to fp32 and int8 only");
        return switch (family) {
            case EncoderConfig config -> {
                EncoderWeights weights = EncoderWeights.load(config, source);
                if (options.precision() == Precision.FP16) HalfRange.check(weights);
                yield new Fused(EncoderGraph.of(config, weights, options), weights.words().rows(), weights.maxTokens());
            }
            case RotaryConfig config -> {
                RotaryWeights weights = RotaryWeights.load(config, source);
                yield new Fused(RotaryGraph.of(config, weights, options), weights.words().rows(), config.maxTokens());
            }
        };
    }

    private static SortedMap<String, String> sources(EncoderSource source, WeightSource weights) throws IOException {
        SortedMap<String, String> sources = new TreeMap<>();
        sources.put(EncoderSource.CONFIG, source.sha256(EncoderSource.CONFIG));
        for (String file : weights.files()) sources.put(file, source.sha256(file));
        return sources;
    }

    private static SortedMap<String, String> metadata(Compilation.Compiled compiled) {
        SortedMap<String, String> metadata = new TreeMap<>();
        metadata.put("compiler", Integer.toString(VERSION));
        metadata.put("architecture", compiled.architecture().name());
        metadata.put("precision", compiled.options().precision().name());
        metadata.put("pooling", compiled.options().pooling().name());
        metadata.put("normalize", Boolean.toString(compiled.options().normalize()));
        metadata.put("max_tokens", Integer.toString(compiled.maxTokens()));
        compiled.sources().forEach((file, sha256) -> metadata.put("sha256 " + file, sha256));
        return metadata;
    }
}

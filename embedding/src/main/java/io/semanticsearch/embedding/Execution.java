package io.semanticsearch.embedding;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * How a local model is run: no part of its space, because it moves the vector of what is read by less than search can tell.
 *
 * @param file the weights or graph to take from the model's folder, relative to it; empty for the usual one
 * @param maxTokens how many tokens of a text are read, prompt and special tokens included; empty for as many as the model reads at a
 *        bearable price
 */
public record Execution(Optional<String> file, PrecisionChoice precision, DeviceChoice device, OptionalInt maxTokens) {

    /** What a definition that says nothing gets. */
    public static final Execution AUTO = new Execution(Optional.empty(), PrecisionChoice.AUTO, DeviceChoice.AUTO,
            OptionalInt.empty());

    private static final String FILE = "file";
    private static final String PRECISION = "precision";
    private static final String DEVICE = "device";
    private static final String MAX_TOKENS = "max_tokens";
    /** As in a hub reference: a pattern that repeats a group takes stack for each part of a path. */
    private static final int MAX_LENGTH = 255;
    private static final Pattern FILE_NAME = Pattern
            .compile("(?:[A-Za-z0-9_-][A-Za-z0-9_.-]*/)*[A-Za-z0-9_-][A-Za-z0-9_.-]*\\.(?:onnx|safetensors)");

    public Execution {
        Objects.requireNonNull(precision, PRECISION);
        Objects.requireNonNull(device, DEVICE);
        if (maxTokens.isPresent() && maxTokens.getAsInt() < 1) {
            throw new EmbeddingException.BadRequest(
                    "[" + MAX_TOKENS + "] is [" + maxTokens.getAsInt() + "], expected a whole number of 1 or more");
        }
        if (file.isPresent() && (file.get().length() > MAX_LENGTH || !FILE_NAME.matcher(file.get()).matches())) {
            String shown = file.get().length() > MAX_LENGTH ? file.get().substring(0, MAX_LENGTH) + "…" : file.get();
            throw new EmbeddingException.BadRequest("[" + FILE + "] is [" + shown
                    + "], expected the name of an [.onnx] or [.safetensors] file in the model's folder, of at most [" + MAX_LENGTH
                    + "] characters, such as [onnx/model.onnx]");
        }
    }

    static Execution read(DefinitionFields fields) {
        Optional<String> file = fields.text(FILE).flatMap(text -> fields.parsed(text,
                name -> new Execution(Optional.of(name), AUTO.precision, AUTO.device, AUTO.maxTokens).file.orElseThrow()));
        PrecisionChoice precision = fields.text(PRECISION).flatMap(text -> fields.parsed(text, PrecisionChoice::of))
                .orElse(PrecisionChoice.AUTO);
        DeviceChoice device = fields.text(DEVICE).flatMap(text -> fields.parsed(text, DeviceChoice::of))
                .orElse(DeviceChoice.AUTO);
        return new Execution(file, precision, device, fields.count(MAX_TOKENS));
    }

    /** The fields of a definition that {@link #read} reads back. */
    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        file.ifPresent(name -> map.put(FILE, name));
        map.put(PRECISION, precision.wireName());
        map.put(DEVICE, device.wireName());
        maxTokens.ifPresent(tokens -> map.put(MAX_TOKENS, tokens));
        return map;
    }
}

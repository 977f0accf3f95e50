package io.semanticsearch.embedding.image;

import com.fasterxml.jackson.databind.JsonNode;
import io.semanticsearch.embedding.EmbeddingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The fields of [preprocessor_config.json]. One that asks for a step that is not known here is refused by name, because passing it over
 * would give wrong vectors without anyone noticing. One that is null counts as missing, as in transformers.
 */
final class PreprocessorFields {

    /** The largest side of a model's input, so that what a file says never becomes too much memory. */
    static final int MAX_SIDE = 2048;

    private static final String FILE = "preprocessor_config.json";
    private static final String HEIGHT = "height";
    private static final String WIDTH = "width";
    private static final String SHORTEST_EDGE = "shortest_edge";
    private static final Pattern TYPE = Pattern.compile("(\\w+?)(?:ImageProcessor|FeatureExtractor)(?:Fast|Pil)?");
    // Types whose files look like those of the others, but which compute sizes or colours in ways of their own.
    private static final Set<String> DIFFERENT = Set.of("Chameleon", "ConvNext", "Levit", "Perceiver", "PoolFormer");
    private static final Set<String> STEPS = Set.of("do_resize", "size", "resample", "default_to_square", "do_center_crop",
            "crop_size",
            "do_rescale", "rescale_factor", "do_normalize", "image_mean", "image_std");
    // These change no number. A model takes three colours, so every image is made RGB, whatever [do_convert_rgb] says.
    private static final Set<String> NEUTRAL = Set.of("image_processor_type", "feature_extractor_type", "processor_class",
            "do_convert_rgb", "pad_size", "return_tensors", "disable_grouping", "device", "image_seq_length");

    private final JsonNode json;
    private final String name;
    private final Optional<ProcessorType> type;

    PreprocessorFields(JsonNode json) {
        if (!json.isObject()) throw unusable("holds [" + json.getNodeType() + "], expected an object");
        this.json = json;
        this.name = json.path("image_processor_type").asText(json.path("feature_extractor_type").asText(""));
        Matcher matcher = TYPE.matcher(name);
        String prefix = matcher.matches() ? matcher.group(1) : name;
        if (DIFFERENT.contains(prefix)) {
            throw unusable(
                    "is of the type [" + name + "], which does more than its fields say; expected a type like those of CLIP, "
                            + "SigLIP and ViT");
        }
        this.type = ProcessorType.of(prefix);
        checkUnknown();
    }

    private void checkUnknown() {
        for (Map.Entry<String, JsonNode> field : json.properties()) {
            String key = field.getKey();
            JsonNode value = field.getValue();
            if (STEPS.contains(key) || NEUTRAL.contains(key) || key.startsWith("_")) continue;
            boolean off = value.isNull() || value.isBoolean() && !value.booleanValue();
            boolean usual = key.equals("data_format") && value.asText().equals("channels_first");
            if (off || usual) continue;
            throw unusable("has [" + key + "] of [" + value
                    + "], a step that is not supported; expected a model that is made for steps among "
                    + STEPS.stream().sorted().toList());
        }
    }

    /** The type of image processor, where its defaults are known. */
    Optional<ProcessorType> type() {
        return type;
    }

    boolean flag(String key, Optional<Boolean> missing) {
        return value(key, missing, "true or false",
                value -> value.isBoolean() ? Optional.of(value.booleanValue()) : Optional.empty());
    }

    double number(String key, Optional<Double> missing) {
        return value(key, missing, "a number above 0",
                value -> value.isNumber() && positive(value.doubleValue()) ? Optional.of(value.doubleValue()) : Optional.empty());
    }

    /** A number for each of red, green and blue, or one for all. */
    List<Double> colours(String key, Optional<List<Double>> missing) {
        return value(key, missing, "a number, or three for red, green and blue; those of [image_std] not 0", value -> {
            List<Double> colours = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                JsonNode colour = value.isArray() && value.size() == 3 ? value.get(i) : value;
                if (!colour.isNumber() || key.equals("image_std") && !positive(colour.doubleValue())) return Optional.empty();
                colours.add(colour.doubleValue());
            }
            return Optional.of(colours);
        });
    }

    Resampling resampling(Optional<Resampling> missing) {
        return value("resample", missing, "one of " + Resampling.names(),
                value -> value.isInt() ? Resampling.of(value.intValue()) : Optional.empty());
    }

    TargetSize size(Optional<TargetSize> missing) {
        return value("size", missing,
                "a whole number, [" + SHORTEST_EDGE + "], or [" + HEIGHT + "] and [" + WIDTH + "]" + sides(),
                value -> {
                    if (value.isInt()) return square() ? sides(value, value) : shortestEdge(value);
                    if (has(value, SHORTEST_EDGE)) return shortestEdge(value.get(SHORTEST_EDGE));
                    return has(value, HEIGHT, WIDTH) ? sides(value.get(HEIGHT), value.get(WIDTH)) : Optional.empty();
                });
    }

    TargetSize.Sides crop(Optional<TargetSize.Sides> missing) {
        return value("crop_size", missing, "a whole number, or [" + HEIGHT + "] and [" + WIDTH + "]" + sides(), value -> {
            if (value.isInt()) return sides(value, value);
            return has(value, HEIGHT, WIDTH) ? sides(value.get(HEIGHT), value.get(WIDTH)) : Optional.empty();
        });
    }

    /** Whether a size of one number is that of both sides; only known types and files that say so can tell. */
    private boolean square() {
        return flag("default_to_square", type.map(ProcessorType::square));
    }

    private <T> T value(String key, Optional<T> missing, String expected, Function<JsonNode, Optional<? extends T>> read) {
        JsonNode value = json.path(key);
        if (!value.isMissingNode() && !value.isNull()) {
            Optional<? extends T> found = read.apply(value);
            if (found.isPresent()) return found.get();
            throw unusable("has [" + key + "] of [" + value + "], expected " + expected);
        }
        return missing.orElseThrow(() -> unusable("lacks [" + key + "], expected " + expected + ": defaults of the type [" + name
                + "] are not known, write the field into the file"));
    }

    /** Whether an object has these keys and, apart from nulls, no others. */
    private static boolean has(JsonNode value, String... keys) {
        Set<String> wanted = Set.of(keys);
        return value.isObject()
                && value.properties().stream().allMatch(field -> wanted.contains(field.getKey()) != field.getValue().isNull())
                && wanted.stream().allMatch(value::has);
    }

    private static Optional<TargetSize.ShortestEdge> shortestEdge(JsonNode pixels) {
        return isSide(pixels) ? Optional.of(new TargetSize.ShortestEdge(pixels.intValue())) : Optional.empty();
    }

    private static Optional<TargetSize.Sides> sides(JsonNode height, JsonNode width) {
        boolean both = isSide(height) && isSide(width);
        return both ? Optional.of(new TargetSize.Sides(height.intValue(), width.intValue())) : Optional.empty();
    }

    private static boolean isSide(JsonNode pixels) {
        return pixels.isInt() && 0 < pixels.intValue() && pixels.intValue() <= MAX_SIDE;
    }

    private static String sides() {
        return ", of 1 to [" + MAX_SIDE + "] pixels";
    }

    private static boolean positive(double number) {
        return Double.isFinite(number) && number > 0;
    }

    static EmbeddingException.BadRequest unusable(String what) {
        return new EmbeddingException.BadRequest("[" + FILE + "] " + what);
    }
}

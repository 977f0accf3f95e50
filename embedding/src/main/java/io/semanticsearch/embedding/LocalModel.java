package io.semanticsearch.embedding;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A model whose files are read by this process.
 *
 * @param model where its files are, see {@link ModelSource}
 * @param cache whether a node keeps vectors of search texts
 */
public record LocalModel(String model,
        OptionalInt dimensions,
        LongText longText,
        Execution execution,
        Duration keepAlive,
        boolean cache,
        List<String> aliases) implements ModelDefinition {

    static final String PROVIDER = "local";

    public LocalModel {
        ModelSource.of(model);
        Objects.requireNonNull(longText, "longText");
        Objects.requireNonNull(execution, "execution");
        if (dimensions.isPresent() && dimensions.getAsInt() < 1) {
            throw new EmbeddingException.BadRequest(
                    "[" + DefinitionFields.DIMENSIONS + "] is [" + dimensions.getAsInt()
                            + "], expected a whole number of 1 or more");
        }
        // One form for what means the same, so that equal definitions are equal.
        if (keepAlive.isNegative()) keepAlive = KeepAlive.NEVER_UNLOAD;
        aliases = List.copyOf(aliases);
        if (new HashSet<>(aliases).size() < aliases.size()) {
            throw new EmbeddingException.BadRequest(
                    "[" + DefinitionFields.ALIASES + "] is " + aliases + ", expected each name once");
        }
    }

    /** A model of whose search texts a node keeps vectors. */
    public LocalModel(String model,
            OptionalInt dimensions,
            LongText longText,
            Execution execution,
            Duration keepAlive,
            List<String> aliases) {
        this(model, dimensions, longText, execution, keepAlive, true, aliases);
    }

    @Override
    public String provider() {
        return PROVIDER;
    }

    @Override
    public Map<String, Object> toMap() {
        Map<String, Object> map = ModelDefinition.super.toMap();
        map.putAll(execution.toMap());
        return map;
    }

    public ModelSource source() {
        return ModelSource.of(model);
    }

    static LocalModel read(String id, DefinitionFields fields) {
        Optional<ModelSource> source = fields
                .requiredText(DefinitionFields.MODEL, "[built-in:NAME], [file:FOLDER] or [hf:ORGANIZATION/NAME]")
                .flatMap(text -> fields.parsed(text, ModelSource::of));
        OptionalInt dimensions = fields.dimensions();
        LongText longText = fields.longText();
        Execution execution = Execution.read(fields);
        Duration keepAlive = fields.keepAlive();
        boolean cache = fields.cache();
        List<String> aliases = fields.aliases(id);
        fields.finish();
        return new LocalModel(source.orElseThrow().reference(), dimensions, longText, execution, keepAlive, cache, aliases);
    }
}

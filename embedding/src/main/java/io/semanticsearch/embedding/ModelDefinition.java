package io.semanticsearch.embedding;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a user said about a model: validated, immutable, free of secrets. Each kind of provider is a record of its own, because each knows
 * other fields.
 */
public sealed interface ModelDefinition permits LocalModel, RemoteModel, DynamicModel {

    /** What ids and aliases look like: safe in paths, in cluster state and in messages. */
    Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._:-]{0,127}");

    /** Who runs the model. */
    String provider();

    /** The provider's name of the model. */
    String model();

    /** To how many dimensions its vectors are cut; empty for all. */
    OptionalInt dimensions();

    /** What happens to a text that is too long for it. */
    LongText longText();

    /** How long it stays loaded after its last use; zero for not at all, negative for ever, see {@link KeepAlive}. */
    Duration keepAlive();

    /** Whether a node keeps vectors of search texts that it made. */
    boolean cache();

    /** Other names for it. */
    List<String> aliases();

    /** The body that {@link #of} reads back into an equal definition, with the defaults written out. */
    default Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(DefinitionFields.PROVIDER, provider());
        map.put(DefinitionFields.MODEL, model());
        dimensions().ifPresent(dimensions -> map.put(DefinitionFields.DIMENSIONS, dimensions));
        map.put(DefinitionFields.LONG_TEXT, longText().wireName());
        map.put(DefinitionFields.KEEP_ALIVE, KeepAlive.format(keepAlive()));
        if (!cache()) map.put(DefinitionFields.CACHE, false);
        if (!aliases().isEmpty()) map.put(DefinitionFields.ALIASES, aliases());
        return map;
    }

    /**
     * Reads a definition as a user wrote it.
     *
     * @param id the name it is defined under
     * @param body JSON as maps, lists, strings and numbers
     * @throws EmbeddingException.BadRequest with everything that is wrong at once
     */
    static ModelDefinition of(String id, Map<String, Object> body) {
        DefinitionFields fields = new DefinitionFields("model [" + id + "]", body);
        fields.checkName("id", id);
        List<String> providers = Stream
                .concat(Stream.of(LocalModel.PROVIDER, DynamicModel.PROVIDER), RemoteModel.PROVIDERS.stream()).toList();
        String provider = fields.requiredText(DefinitionFields.PROVIDER, "one of " + providers).orElse("");
        if (provider.equals(LocalModel.PROVIDER)) return LocalModel.read(id, fields);
        if (provider.equals(DynamicModel.PROVIDER)) return DynamicModel.read(id, fields);
        if (RemoteModel.PROVIDERS.contains(provider)) return RemoteModel.read(id, provider, fields);
        if (!provider.isEmpty()) {
            fields.error("[" + DefinitionFields.PROVIDER + "] is [" + provider + "], expected one of " + providers);
        }
        throw fields.failure();
    }
}

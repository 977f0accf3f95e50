package io.semanticsearch.embedding;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.time.Duration;

/**
 * One model in two places: small requests, such as questions, run on the node, where no connection has to be waited for; large ones, such
 * as bulks, go to a server that has more to run them on. That both make the same vectors is proved when it is defined.
 *
 * @param localTokens how many tokens a request may have to run on the node, counted without the tokenizer, all its texts together; empty for
 *        {@link #TOKENS_ON_CPU} or {@link #TOKENS_ON_GPU}, as Nomic's own client has it
 * @param cache whether a node keeps vectors of search texts
 */
public record DynamicModel(LocalModel local,
        RemoteModel remote,
        OptionalInt localTokens,
        boolean cache,
        List<String> aliases) implements ModelDefinition {

    public static final String PROVIDER = "dynamic";

    static final int TOKENS_ON_CPU = 16;
    static final int TOKENS_ON_GPU = 1024;

    private static final String LOCAL = "local";
    private static final String REMOTE = "remote";
    private static final String LOCAL_TOKENS = "local_tokens";

    public DynamicModel {
        Objects.requireNonNull(local, LOCAL);
        Objects.requireNonNull(remote, REMOTE);
        Objects.requireNonNull(localTokens, LOCAL_TOKENS);
        for (ModelDefinition part : List.of(local, remote)) {
            if (!part.aliases().isEmpty()) {
                throw new EmbeddingException.BadRequest("[aliases] of a part of a [dynamic] model are " + part.aliases()
                        + ", expected none; give them to the whole");
            }
        }
        aliases = List.copyOf(aliases);
        if (new HashSet<>(aliases).size() < aliases.size()) {
            throw new EmbeddingException.BadRequest(
                    "[" + DefinitionFields.ALIASES + "] is " + aliases + ", expected each name once");
        }
    }

    /** Whether these texts are few and short enough to run on the node. */
    public boolean runsHere(List<String> texts, String device) {
        long most = localTokens.orElse(device.startsWith("cpu") ? TOKENS_ON_CPU : TOKENS_ON_GPU);
        long tokens = 0;
        for (String text : texts) {
            // A long one need not be counted to its end.
            if (text.length() > TokenEstimate.MOST_CHARACTERS * most) return false;
            tokens += TokenEstimate.of(text);
            if (tokens > most) return false;
        }
        return true;
    }

    @Override
    public String provider() {
        return PROVIDER;
    }

    @Override
    public String model() {
        return local.model();
    }

    @Override
    public OptionalInt dimensions() {
        return local.dimensions();
    }

    @Override
    public LongText longText() {
        return remote.longText();
    }

    @Override
    public Duration keepAlive() {
        return local.keepAlive();
    }

    @Override
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(DefinitionFields.PROVIDER, PROVIDER);
        map.put(LOCAL, local.toMap());
        map.put(REMOTE, remote.toMap());
        localTokens.ifPresent(tokens -> map.put(LOCAL_TOKENS, tokens));
        if (!cache) map.put(DefinitionFields.CACHE, false);
        if (!aliases.isEmpty()) map.put(DefinitionFields.ALIASES, aliases);
        return map;
    }

    static DynamicModel read(String id, DefinitionFields fields) {
        Optional<LocalModel> local = part(id, fields, LOCAL, LocalModel.class);
        Optional<RemoteModel> remote = part(id, fields, REMOTE, RemoteModel.class);
        OptionalInt localTokens = fields.count(LOCAL_TOKENS);
        boolean cache = fields.cache();
        List<String> aliases = fields.aliases(id);
        fields.finish();
        return new DynamicModel(local.orElseThrow(), remote.orElseThrow(), localTokens, cache, new ArrayList<>(aliases));
    }

    private static <T extends ModelDefinition> Optional<T> part(String id, DefinitionFields fields, String name, Class<T> kind) {
        Map<String, Object> body = fields.object(name);
        // What the local part is can only be one thing.
        if (kind == LocalModel.class) body.putIfAbsent(DefinitionFields.PROVIDER, LocalModel.PROVIDER);
        if (body.size() < 2) {
            fields.error("[" + name + "] is missing, expected the definition of a " + name + " model");
            return Optional.empty();
        }
        try {
            ModelDefinition part = ModelDefinition.of(id, body);
            if (kind.isInstance(part)) return Optional.of(kind.cast(part));
            fields.error("[" + name + "] has the provider [" + part.provider() + "], expected a " + name + " model");
        } catch (EmbeddingException.BadRequest e) {
            fields.error("[" + name + "]: " + e.getMessage());
        }
        return Optional.empty();
    }
}

package io.semanticsearch.embedding.remote;

import io.semanticsearch.embedding.EmbeddingException;
import java.util.List;

/** The providers there are. */
final class Providers {

    static final List<Provider> ALL = List.of( //
            new GeminiProvider(), //
            new OllamaProvider(), //
            new NomicProvider(), //
            new OpenAiProvider(), //
            new AzureOpenAiProvider(), //
            new CohereProvider(), //
            new VoyageProvider(), //
            new JinaProvider(), //
            new MistralProvider(), //
            new TeiProvider() //
    );

    private Providers() {}

    /** The provider of that name. */
    static Provider of(String name) {
        return ALL.stream().filter(provider -> provider.name().equals(name)).findFirst()
                .orElseThrow(() -> new EmbeddingException.BadRequest("[provider] is [" + name + "], expected one of "
                        + ALL.stream().map(Provider::name).toList()));
    }
}

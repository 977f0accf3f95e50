package io.semanticsearch.onnx.graph;

import java.nio.file.Path;

/** What config.json says about an encoder, by the way in which its family knows positions. */
sealed interface FamilyConfig permits EncoderConfig, RotaryConfig {

    Architecture architecture();

    int layers();

    int hidden();

    int heads();

    /** @throws KeepsOwnGraphException when it describes something that this package does not compile */
    static FamilyConfig read(Path file, String name) throws KeepsOwnGraphException {
        ConfigEntries json = ConfigEntries.read(file, name);
        String modelType = json.at("model_type").asText();
        Architecture architecture = Architecture.of(modelType)
                .orElseThrow(() -> new KeepsOwnGraphException("[model_type] is [" + modelType
                        + "], expected one of [bert, camembert, distilbert, modernbert, mpnet, nomic_bert, roberta, xlm-roberta]"));
        return architecture.rotary() ? RotaryConfig.of(json, architecture) : EncoderConfig.of(json, architecture);
    }
}

package io.semanticsearch.benchmarks;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Hugging Face's tokenizers as Java programs use them, by Deep Java Library. */
final class DjlTokenizer implements AutoCloseable {
    private final HuggingFaceTokenizer tokenizer;

    private DjlTokenizer(HuggingFaceTokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /** @param file {@code tokenizer.json} */
    static DjlTokenizer open(Path file, int maxTokens) throws IOException {
        return new DjlTokenizer(HuggingFaceTokenizer.newInstance(file,
                Map.of("truncation", "true", "maxLength", Integer.toString(maxTokens), "padding", "false")));
    }

    String version() {
        return tokenizer.getVersion();
    }

    /** Token ids, with the special ones. */
    int[] encode(String text) {
        long[] ids = tokenizer.encode(text).getIds();
        int[] narrow = new int[ids.length];
        for (int i = 0; i < ids.length; i++) narrow[i] = Math.toIntExact(ids[i]);
        return narrow;
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}

package io.semanticsearch.trainer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The README.md of a model: what it is, how to use it, how good it is, and what it was made from, by which licence. */
final class ModelCard {

    private ModelCard() {}

    static void write(Path folder, Recipe recipe, int tokens, List<Source> sources, Figures figures) throws IOException {
        long bytes = (long) tokens * (recipe.dimension() + Float.BYTES);
        int[] sizes = recipe.sizes();
        StringBuilder card = new StringBuilder();
        card.append(String.format(Locale.ROOT,
                """
                        # %s
                        A static embedding model, made from scratch by this project's trainer: %,d tokens × %d dimensions, mean of the token rows, \
                        L2-normalised. %.1f MB (int8 rows with one scale each). No transformer, so it is very fast and it does not know word order.

                        **Use.** `model.safetensors`, laid out as Model2Vec does: int8 `embeddings` [%d, %d] and float32 `scales` [%d]; \
                        row = embeddings × scale. The vector of a text is the mean of its tokens' rows, L2-normalised. No special tokens, at most 512 \
                        tokens. `[UNK]` and `[PAD]` rows are zero, so they change nothing after normalising; a text of unknown words only gives a \
                        zero vector, which has no direction: treat it as nothing to embed. Matryoshka sizes %d, %d, %d. No prompts.

                        """,
                folder.getFileName(), tokens, recipe.dimension(), bytes / 1e6, tokens, recipe.dimension(), tokens, sizes[2],
                sizes[1],
                sizes[0]));
        if (!figures.isEmpty()) {
            card.append(
                    """
                            **Quality.** An exact search by cosine, title and text: nDCG@10; for stsb Spearman's correlation with what people say of \
                            two sentences. Sets named `-heldout` are parts of the sources that were kept out of the training.

                            """)
                    .append(figures.table()).append('\n');
        }
        card.append(
                "**Made from** the texts below; the texts themselves are not part of this project.\n\n| what | source | licence |\n|---|---|---|\n");
        Map<String, Source> rows = new LinkedHashMap<>();
        for (Source source : sources) {
            if (source.kind() != Source.Kind.JUDGED) rows.putIfAbsent(source.what() + source.origin(), source);
        }
        for (Source source : rows.values()) {
            card.append("| ").append(source.what()).append(" | ").append(source.origin()).append(" | ").append(source.licence())
                    .append(" |\n");
        }
        card.append(String.format(Locale.ROOT,
                """

                        **How.** 1. Vocabulary: the characters, %,d parts of words, then whole words, those of dictionaries first; lower case, accents \
                        stripped. 2. Tokens that stand near each other (within 30) more often than chance would have it: pointwise mutual information, \
                        truncated SVD to %d dimensions, frequent tokens shortened. 3. Contrastive training: %,d batches of %,d pairs of one kind, \
                        in-batch negatives both ways, some of them hard because passages that are alike are put into a batch together; losses at %d, %d \
                        and %d dimensions. A passage is looked for by its title, a sentence of it, or some of its words, with typing errors, synonyms \
                        and question words mixed in; a question by nothing else than its answer, a word by its definition. 4. Of the rows that training began with, %s is added: they know the words of all \
                        texts, and training forgets some of that for its own pairs. 5. int8 by row. \
                        The recipe: `%s`.

                        Licence of the weights: Apache-2.0, with the attributions above.
                        """,
                recipe.parts(), recipe.dimension(), recipe.steps(), recipe.pairs(), sizes[2], sizes[1], sizes[0], recipe.begun(),
                recipe));
        Files.writeString(folder.resolve("README.md"), card);
    }
}

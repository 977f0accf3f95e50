package io.semanticsearch.embedding;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Embeds texts by passage: cuts each, embeds the passages of all of them that the asker does not know as the texts of one request, and
 * puts the vectors where they belong. Where the model is, so that a text travels once.
 */
public final class PassageEmbedding {

    private final EmbeddingRequest request;
    private final PassageOrder order;
    private final List<List<Part>> parts;

    private PassageEmbedding(EmbeddingRequest request, List<List<Part>> parts) {
        this.request = request;
        this.order = request.passages().orElseThrow();
        this.parts = parts;
    }

    /** A passage of a text and what tells it; the same span has the same text. */
    private record Part(TextSpan span, String text, String hash) {}

    /** Texts after cutting, to be done where a few milliseconds of computing hurt nobody: the cutting of one long text takes that. */
    public static PassageEmbedding cut(PassageCutter cutter, EmbeddingRequest request) {
        List<List<Part>> parts = new ArrayList<>(request.texts().size());
        for (String text : request.texts()) {
            List<TextSpan> spans = cutter.cut(text, request.passages().orElseThrow().cut());
            parts.add(spans.size() > PassageCutter.MAX_PASSAGES ? null : spans.stream().map(span -> part(text, span)).toList());
        }
        return new PassageEmbedding(request, parts);
    }

    private static Part part(String text, TextSpan span) {
        String passage = text.substring(span.start(), span.end());
        return new Part(span, passage, PassageHash.of(passage));
    }

    /**
     * Embeds the passages.
     *
     * @param embed embeds plain texts
     * @return for each text {@link Embedding.Passages}, or why there are none
     */
    public CompletableFuture<List<Embedding>> embed(Function<EmbeddingRequest, CompletableFuture<List<Embedding>>> embed) {
        List<String> texts = new ArrayList<>();
        for (int t = 0; t < parts.size(); t++) {
            if (parts.get(t) == null) continue;
            for (Part part : parts.get(t)) if (!order.knows(t, part.hash)) texts.add(part.text);
        }
        if (texts.isEmpty()) return CompletableFuture.completedFuture(joined(List.of()));
        EmbeddingRequest plain = new EmbeddingRequest(
                request.model(), request.space(), request.role(), texts, List.of(), request.keepAlive());
        CompletableFuture<List<Embedding>> rows = embed.apply(plain);
        CompletableFuture<List<Embedding>> result = rows.thenApply(this::joined);
        result.whenComplete((done, failure) -> {
            if (result.isCancelled()) rows.cancel(false);
        });
        return result;
    }

    private List<Embedding> joined(List<Embedding> rows) {
        List<Embedding> all = new ArrayList<>(parts.size());
        int row = 0;
        for (int t = 0; t < parts.size(); t++) {
            List<Part> some = parts.get(t);
            if (some == null) {
                all.add(tooMany());
                continue;
            }
            List<Embedding.Passage> passages = new ArrayList<>(some.size());
            Optional<Embedding> refused = Optional.empty();
            for (Part part : some) {
                if (order.knows(t, part.hash)) {
                    passages.add(new Embedding.Passage(part.span, part.hash, Optional.empty()));
                    continue;
                }
                switch (rows.get(row++)) {
                    case Embedding.Vector vector ->
                        passages.add(new Embedding.Passage(part.span, part.hash, Optional.of(vector)));
                    case Embedding.Nothing nothing -> {
                    }
                    case Embedding.Refused reason -> refused = refused.or(() -> Optional.of(reason));
                    case Embedding.Passages nested -> throw new IllegalStateException("a passage came back in passages");
                }
            }
            all.add(refused.orElse(passages.isEmpty() ? Embedding.NOTHING : new Embedding.Passages(passages)));
        }
        return all;
    }

    private Embedding.Refused tooMany() {
        return new Embedding.Refused("the text has more than [" + PassageCutter.MAX_PASSAGES + "] passages of ["
                + order.cut().maxTokens() + "] tokens; map the field with longer [passages], or split the document");
    }
}

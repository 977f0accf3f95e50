package io.semanticsearch.embedding.remote;

import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.RemoteModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Texts of one request on their way: put into calls, taken apart where a call was too much or a text is at fault, and put together again in
 * their order.
 */
final class RemoteRequest {

    // A text that is still too long at a twentieth of what it was is refused for another reason.
    private static final int MAX_CUTS = 10;
    private static final int MAX_HALVINGS = 8;

    private final Server server;
    private final RemoteModel model;
    private final String task;
    private final Limits limits;
    private final AnswerCheck check;
    private final RequestScope scope;

    /** @param dimension what vectors must have; empty while it is to be found out */
    RemoteRequest(Server server, String task, Limits limits, OptionalInt dimension, RequestScope scope) {
        this.server = server;
        this.model = server.model();
        this.task = task;
        this.limits = limits;
        this.check = new AnswerCheck(server, dimension);
        this.scope = scope;
    }

    /** Embeds texts that are not blank. */
    CompletableFuture<List<Embedding>> embed(String prompt, List<String> texts) {
        List<List<Piece>> calls = calls(texts.stream().map(text -> new Piece(prompt, text, 0, false)).toList());
        return CallLanes.send(calls, server.maxCalls(), this::embed);
    }

    private List<List<Piece>> calls(List<Piece> pieces) {
        List<List<Piece>> calls = new ArrayList<>();
        List<Piece> call = new ArrayList<>();
        long tokens = 0;
        for (Piece piece : pieces) {
            long more = piece.tokens();
            // Which of several texts is too long would take several calls to find out.
            boolean alone = more > limits.textTokens();
            if (!call.isEmpty() && (alone || call.size() == limits.items() || tokens + more > limits.callTokens())) {
                calls.add(call);
                call = new ArrayList<>();
                tokens = 0;
            }
            if (alone) {
                calls.add(List.of(piece));
            } else {
                call.add(piece);
                tokens += more;
            }
        }
        if (!call.isEmpty()) calls.add(call);
        return calls;
    }

    private CompletableFuture<List<Embedding>> embed(List<Piece> pieces) {
        if (pieces.isEmpty()) return CompletableFuture.completedFuture(List.of());
        WireCall call = WireCall.ofTexts(model, server.endpoint(), scope.role, task, pieces.getFirst().mayCut(),
                pieces.stream().map(Piece::sent).toList());
        long tokens = pieces.stream().mapToLong(Piece::tokens).sum();
        return server.call(server.provider().request(call), error -> server.provider().fault(call, error), tokens, scope)
                .thenCompose(result -> switch (result) {
                    case CallResult.Answered answered -> CompletableFuture.completedFuture(vectors(call, pieces, answered));
                    case CallResult.Faulted faulted -> after(faulted.fault(), pieces);
                });
    }

    private CompletableFuture<List<Embedding>> after(Fault fault, List<Piece> pieces) {
        scope.failed(fault.reason());
        boolean single = pieces.size() == 1;
        return switch (fault) {
            case Fault.TooLarge large -> single
                    ? without(0, pieces, piece -> tooLong(piece, large.reason()))
                    : halves(pieces);
            case Fault.TooLong text -> at(text.index(), pieces) < 0
                    ? halves(pieces)
                    : without(at(text.index(), pieces), pieces, piece -> tooLong(piece, text.reason()));
            case Fault.BadText text -> at(text.index(), pieces) < 0
                    ? halves(pieces)
                    : without(at(text.index(), pieces), pieces,
                            piece -> CompletableFuture.completedFuture(check.refused(text.reason())));
            case Fault.Later later -> throw new IllegalStateException("[" + later.reason() + "] was to be tried again");
            case Fault.Final last -> throw last.failure();
        };
    }

    /** Which text is at fault: the only one, or the one that was named; -1 when that is not known. */
    private static int at(OptionalInt index, List<Piece> pieces) {
        if (pieces.size() == 1) return 0;
        return index.isPresent() && index.getAsInt() < pieces.size() ? index.getAsInt() : -1;
    }

    private CompletableFuture<List<Embedding>> halves(List<Piece> pieces) {
        server.usage().splits.increment();
        int middle = pieces.size() / 2;
        return embed(pieces.subList(0, middle)).thenCompose(
                first -> embed(pieces.subList(middle, pieces.size())).thenApply(second -> joined(first, second)));
    }

    private CompletableFuture<List<Embedding>> without(int index,
            List<Piece> pieces,
            Function<Piece, CompletableFuture<Embedding>> alone) {
        if (pieces.size() > 1) server.usage().splits.increment();
        List<Piece> others = new ArrayList<>(pieces);
        Piece piece = others.remove(index);
        return embed(others).thenCompose(embeddings -> alone.apply(piece).thenApply(embedding -> {
            List<Embedding> all = new ArrayList<>(embeddings);
            all.add(index, embedding);
            return all;
        }));
    }

    private CompletableFuture<Embedding> tooLong(Piece piece, String reason) {
        return switch (model.longText()) {
            case TRUNCATE -> {
                // First asked not to cut, so that no text is cut unknown; then asked to, because it knows best where.
                boolean byServer = server.provider().cutsTexts() && !piece.mayCut();
                Piece shorter = byServer ? piece.cutByServer() : piece.shorter(limits.textTokens());
                yield piece.cuts() == MAX_CUTS || shorter.text().isBlank()
                        ? CompletableFuture.completedFuture(check.refused(reason))
                        : embed(List.of(shorter)).thenApply(embeddings -> cut(embeddings.getFirst()));
            }
            case MEAN -> piece.cuts() == MAX_HALVINGS || piece.text().length() < 2
                    ? CompletableFuture.completedFuture(check.refused(reason))
                    : mean(piece);
            case ERROR -> CompletableFuture.completedFuture(check.refused(reason));
        };
    }

    private CompletableFuture<Embedding> mean(Piece piece) {
        List<Piece> halves = piece.halves();
        return alone(halves.getFirst())
                .thenCompose(first -> alone(halves.getLast()).thenApply(second -> Vectors.mean(List.of(first, second))));
    }

    private CompletableFuture<Embedding> alone(Piece piece) {
        if (piece.text().isBlank()) return CompletableFuture.completedFuture(Embedding.NOTHING);
        return embed(List.of(piece)).thenApply(List::getFirst);
    }

    private Embedding cut(Embedding embedding) {
        if (!(embedding instanceof Embedding.Vector vector) || vector.truncated()) return embedding;
        server.usage().truncated.increment();
        return new Embedding.Vector(vector.values(), vector.tokens(), true);
    }

    private List<Embedding> vectors(WireCall call, List<Piece> pieces, CallResult.Answered answered) {
        WireAnswer answer = check.read(call, answered, pieces.size());
        long estimated = pieces.stream().mapToLong(Piece::tokens).sum();
        Embedding[] embeddings = new Embedding[pieces.size()];
        for (int i = 0; i < embeddings.length; i++) {
            float[] values = answer.vectors().get(i);
            // What was charged for is told of the whole call only: each text gets its share.
            // As a floating-point number, because a server may say any, of which a product may be beyond what a long holds.
            double tokens = (double) answer.tokens().orElse(estimated) * pieces.get(i).tokens() / Math.max(1, estimated);
            embeddings[i] = check.embedding(values, (int) Math.min(Integer.MAX_VALUE, tokens), answer.truncated().get(i), "text");
        }
        return Arrays.asList(embeddings);
    }

    private static List<Embedding> joined(List<Embedding> first, List<Embedding> second) {
        List<Embedding> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }
}

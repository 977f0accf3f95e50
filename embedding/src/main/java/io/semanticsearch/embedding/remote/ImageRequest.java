package io.semanticsearch.embedding.remote;

import io.semanticsearch.embedding.Embedding;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/** Images of one request on their way: put into calls, taken apart where a call was too much or an image is at fault. */
final class ImageRequest {

    /** About what providers charge for an image of usual size; for the pace alone. */
    private static final long TOKENS_AN_IMAGE = 500;

    private final Server server;
    private final String task;
    private final ImageReading reading;
    private final AnswerCheck check;
    private final RequestScope scope;

    ImageRequest(Server server, String task, ImageReading reading, int dimension, RequestScope scope) {
        this.server = server;
        this.task = task;
        this.reading = reading;
        this.check = new AnswerCheck(server, OptionalInt.of(dimension));
        this.scope = scope;
    }

    /** Embeds files; one of a format that is not known is refused without a call. */
    CompletableFuture<List<Embedding>> embed(List<byte[]> files) {
        List<Integer> places = new ArrayList<>();
        List<WireImage> images = new ArrayList<>();
        Embedding[] embeddings = new Embedding[files.size()];
        for (int i = 0; i < embeddings.length; i++) {
            WireImage.of(files.get(i)).ifPresent(images::add);
            if (images.size() > places.size()) {
                places.add(i);
            } else {
                embeddings[i] = check.refused("the image is of an unknown format, expected " + WireImage.EXPECTED);
            }
        }
        return CallLanes.send(calls(images), server.maxCalls(), this::send).thenApply(found -> {
            for (int i = 0; i < places.size(); i++) {
                embeddings[places.get(i)] = found.get(i);
            }
            return List.of(embeddings);
        });
    }

    private List<List<WireImage>> calls(List<WireImage> images) {
        List<List<WireImage>> calls = new ArrayList<>();
        List<WireImage> call = new ArrayList<>();
        long bytes = 0;
        for (WireImage image : images) {
            if (!call.isEmpty() && (call.size() == reading.items() || bytes + image.file().length > reading.callBytes())) {
                calls.add(call);
                call = new ArrayList<>();
                bytes = 0;
            }
            call.add(image);
            bytes += image.file().length;
        }
        if (!call.isEmpty()) calls.add(call);
        return calls;
    }

    private CompletableFuture<List<Embedding>> send(List<WireImage> images) {
        if (images.isEmpty()) return CompletableFuture.completedFuture(List.of());
        WireCall call = WireCall.ofImages(server.model(), server.endpoint(), scope.role, task, images);
        return server.call(server.provider().imageRequest(call), error -> server.provider().fault(call, error),
                TOKENS_AN_IMAGE * images.size(), scope).thenCompose(result -> switch (result) {
                    case CallResult.Answered answered -> CompletableFuture.completedFuture(vectors(call, answered));
                    case CallResult.Faulted faulted -> after(faulted.fault(), images);
                });
    }

    private List<Embedding> vectors(WireCall call, CallResult.Answered answered) {
        return check.read(call, answered, call.images().size()).vectors().stream()
                .map(values -> check.embedding(values, 0, false, "image")).toList();
    }

    private CompletableFuture<List<Embedding>> after(Fault fault, List<WireImage> images) {
        scope.failed(fault.reason());
        if (fault instanceof Fault.Final last) throw last.failure();
        if (images.size() == 1) return CompletableFuture.completedFuture(List.of(check.refused(fault.reason())));
        server.usage().splits.increment();
        // Which one is at fault is seldom told, and an image is dear to send: halves tell it soonest.
        int middle = images.size() / 2;
        return send(images.subList(0, middle)).thenCompose(
                first -> send(images.subList(middle, images.size())).thenApply(second -> {
                    List<Embedding> all = new ArrayList<>(first);
                    all.addAll(second);
                    return all;
                }));
    }
}

package io.semanticsearch.embedding.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.semanticsearch.embedding.EmbeddingException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import okhttp3.Headers;

/**
 * One fetch: the list of files, the choice among them, the files one after the other, the mark that the copy is complete. Run by one
 * thread; the others wait for its {@link #result}, look at its {@link #progress} or {@link #stop} it.
 */
final class HubDownload {

    // The list of a repository with thousands of files stays below this, as does an index of shards.
    private static final int MAX_JSON_BYTES = 16 << 20;

    private final HubReference reference;
    private final HubOptions options;
    private final HubClient client;
    private final LocalCopies copies;
    private final StopSignal stop = new StopSignal();
    private final CompletableFuture<HubCopy> result = new CompletableFuture<>();
    private long doneBytes;
    private long totalBytes;
    private volatile HubProgress progress = new HubProgress("", 0, 0);

    HubDownload(HubReference reference, HubOptions options, HubClient client, LocalCopies copies) {
        this.reference = reference;
        this.options = options;
        this.client = client;
        this.copies = copies;
    }

    HubReference reference() {
        return reference;
    }

    /** Completes with what {@link #run} came to. */
    CompletableFuture<HubCopy> result() {
        return result;
    }

    HubProgress progress() {
        return progress;
    }

    void stop() {
        stop.stop();
    }

    /** Whether it was ended from outside, so that its failure says nothing about the model. */
    void check() {
        stop.check();
    }

    /** @param revision what to fetch of the reference's repository: its revision, or the commit that this was taken to mean */
    HubCopy run(String revision) {
        Listing listing = list(revision);
        String commit = listing.commit();
        List<RemoteFile> files = NeededFiles.of(reference, listing.files(), index -> shards(commit, index));
        checkSize(commit, files);
        for (RemoteFile file : files) {
            fetch(commit, file);
        }
        return copies.finish(reference, commit, files);
    }

    static EmbeddingException.BadRequest tooLarge(HubReference reference, String what, long bytes, long maxBytes) {
        return new EmbeddingException.BadRequest(
                reference + ": " + what + " has [" + bytes + "] bytes or more, and only [" + maxBytes
                        + "] may be fetched; raise the bound or choose a smaller model");
    }

    private Listing list(String revision) {
        String what = "the list of its files";
        Headers json = Headers.of("Accept", "application/json");
        byte[] body = retries(what).run(() -> {
            try (HubResponse answer = client.get(client.list(reference, revision), json, stop)) {
                if (answer.response().code() != 200) throw HubFailure.of(reference, what, client, answer);
                return answer.response().body().byteStream().readNBytes(MAX_JSON_BYTES + 1);
            }
        });
        try {
            if (body.length > MAX_JSON_BYTES) throw new IOException("it has more than [" + MAX_JSON_BYTES + "] bytes");
            Listing listing = Listing.read(body);
            if (HubReference.isCommit(revision) && !listing.commit().equals(revision)) {
                throw new IOException("it is about commit [" + listing.commit() + "]");
            }
            return listing;
        } catch (IOException e) {
            throw new EmbeddingException.Unavailable(reference + ": what came from [" + client.name() + "] is not " + what + ": "
                    + e.getMessage() + "; check that this is a Hugging Face Hub or a mirror of it, and the proxy", e);
        }
    }

    /** The names, without folder, of the files that an index of split weights speaks of. */
    private Set<String> shards(String commit, RemoteFile index) {
        fetch(commit, index);
        Path file = copies.file(reference, commit, index.name());
        try {
            if (Files.size(file) > MAX_JSON_BYTES) throw new IOException("it has more than [" + MAX_JSON_BYTES + "] bytes");
            Set<String> names = new TreeSet<>();
            try (InputStream in = Files.newInputStream(file)) {
                for (JsonNode shard : new ObjectMapper().readTree(in).path("weight_map")) {
                    names.add(shard.asText());
                }
            }
            return names;
        } catch (IOException e) {
            throw new EmbeddingException.BrokenModel(
                    reference + ": [" + index.name() + "] is no index of weights: " + e.getMessage(), e);
        }
    }

    private void checkSize(String commit, List<RemoteFile> files) {
        long here = 0;
        long total = 0;
        for (RemoteFile file : files) {
            long size = file.size().orElse(0);
            total = size > Long.MAX_VALUE - total ? Long.MAX_VALUE : total + size;
            here += isHere(commit, file) ? size : copies.part(reference, commit, file.name()).length();
        }
        if (total > options.maxBytes()) throw tooLarge(reference, "what it takes to run it", total, options.maxBytes());
        copies.checkSpace(reference, total - here);
        doneBytes = 0;
        totalBytes = total;
    }

    private void fetch(String commit, RemoteFile file) {
        Path target = copies.file(reference, commit, file.name());
        show(file, 0);
        if (!isHere(commit, file)) {
            new FileDownload(reference, commit, file, client, copies.part(reference, commit, file.name()),
                    options.maxBytes() - doneBytes, retries("file [" + file.name() + "]"), stop, bytes -> show(file, bytes))
                    .run(target);
        }
        doneBytes += LocalCopies.size(target).orElse(0L);
        show(file, 0);
    }

    /** Nothing comes to its place unchecked, so its size tells enough. */
    private boolean isHere(String commit, RemoteFile file) {
        Optional<Long> size = LocalCopies.size(copies.file(reference, commit, file.name()));
        return size.isPresent() && size.get() == file.size().orElse(size.get());
    }

    private void show(RemoteFile file, long bytes) {
        progress = new HubProgress(file.name(), doneBytes + bytes, Math.max(totalBytes, doneBytes + bytes));
    }

    private Retries retries(String what) {
        return new Retries(reference + ": " + what + " at [" + client.name() + "]", options.patience(), stop);
    }
}

package io.semanticsearch.embedding.hub;

import io.semanticsearch.embedding.EmbeddingException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Headers;
import okhttp3.HttpUrl;

/**
 * Brings one file to its place on disk, in as many requests as it takes, each from where the one before ended, and checks that it is what
 * the repository lists. For one thread.
 */
final class FileDownload {

    private static final int CHUNK = 1 << 16;
    private static final Pattern RANGE = Pattern.compile("bytes (\\d{1,18})-\\d{1,18}/(?:\\d{1,18}|\\*)");
    private static final Pattern STRONG_TAG = Pattern.compile("\"[\\x21\\x23-\\x7e]{1,200}\"");
    private static final Pattern DIGITS = Pattern.compile("\\d{1,18}");

    private final HubReference reference;
    private final String commit;
    private final String name;
    private final HubClient client;
    private final PartFile part;
    private final long maxBytes;
    private final Retries retries;
    private final StopSignal stop;
    private final LongConsumer progress;
    private OptionalLong size;
    private Optional<ContentId> content;
    /** Up to where it has come, over all attempts. */
    private long furthest;

    /** That what came is not what is listed. */
    private static final class WrongContentException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private WrongContentException(String message) {
            super(message);
        }
    }

    /**
     * Prepares.
     *
     * @param maxBytes how many bytes it may have
     * @param progress told how many bytes of it are on disk
     */
    FileDownload(HubReference reference, String commit, RemoteFile file, HubClient client, PartFile part, long maxBytes,
            Retries retries, StopSignal stop, LongConsumer progress) {
        this.reference = reference;
        this.commit = commit;
        this.name = file.name();
        this.client = client;
        this.part = part;
        this.maxBytes = maxBytes;
        this.retries = retries;
        this.stop = stop;
        this.progress = progress;
        this.size = file.size();
        this.content = file.content();
    }

    /** Fetches it to there; what is wrong is fetched once more before it counts as wrong. */
    void run(Path target) {
        Optional<String> first = attempt(target);
        if (first.isEmpty()) return;
        retries.progressed();
        attempt(target).ifPresent(fault -> {
            throw new EmbeddingException.BrokenModel(reference + ": file [" + name + "] is not what the repository lists, twice: "
                    + fault
                    + "; something between this node and [" + client.name() + "] changes files, or the repository is damaged");
        });
    }

    /** What is wrong with what came, after it was deleted; empty when the file is in its place. */
    private Optional<String> attempt(Path target) {
        try {
            retries.run(() -> {
                request();
                return part;
            });
            checkContent();
            part.moveTo(target);
            return Optional.empty();
        } catch (WrongContentException e) {
            part.delete();
            furthest = 0;
            return Optional.of(e.getMessage());
        }
    }

    private void request() throws IOException {
        long have = part.length();
        Optional<String> tag = part.tag();
        // Without either, what is added to the part could be of another file.
        if (have > 0 && tag.isEmpty() && content.isEmpty() || have > size.orElse(Long.MAX_VALUE)) {
            part.delete();
            have = 0;
        }
        // All came, and the process ended before it was checked.
        if (have > 0 && have == size.orElse(-1)) return;
        Headers.Builder headers = new Headers.Builder().add("Accept-Encoding", "identity");
        if (have > 0) {
            headers.add("Range", "bytes=" + have + "-");
            tag.ifPresent(text -> headers.add("If-Range", text));
        }
        HttpUrl url = client.file(reference, commit, name);
        try (HubResponse answer = client.get(url, headers.build(), stop)) {
            receive(answer, have);
        }
    }

    private void receive(HubResponse answer, long have) throws IOException {
        long offset = switch (answer.response().code()) {
            case 200 -> 0;
            case 206 -> {
                Matcher range = RANGE.matcher(answer.response().header("Content-Range", ""));
                if (have > 0 && range.matches() && Long.parseLong(range.group(1)) == have) yield have;
                part.delete();
                throw new IOException("[" + answer.host() + "] answered with another part than the one asked for");
            }
            case 416 -> {
                part.delete();
                throw new IOException("[" + answer.host() + "] has nothing after byte [" + have + "]");
            }
            default -> throw HubFailure.of(reference, "file [" + name + "]", client, answer);
        };
        learn(answer);
        long length = answer.response().body().contentLength();
        if (length >= 0) {
            if (size.isEmpty()) size = OptionalLong.of(offset + length);
            if (offset + length != size.getAsLong()) throw wrongSize(offset + length);
        }
        if (size.orElse(0) > maxBytes) throw tooLarge(size.getAsLong());
        if (offset == 0) part.begin(Optional.ofNullable(answer.response().header("ETag")).filter(STRONG_TAG.asMatchPredicate()));
        long end = append(answer, offset);
        if (end < size.orElse(end)) {
            throw new IOException("[" + answer.host() + "] ended after [" + end + "] of [" + size.getAsLong() + "] bytes");
        }
    }

    /** What the list did not say, the endpoint may say now. */
    private void learn(HubResponse answer) throws IOException {
        Headers headers = answer.endpointHeaders();
        String revision = Optional.ofNullable(headers.get("X-Repo-Commit")).orElse(commit);
        if (!revision.equals(commit))
            throw new IOException("[" + client.name() + "] answered with another commit than [" + commit + "]");
        if (content.isEmpty()) {
            String linked = Optional.ofNullable(headers.get("X-Linked-Etag")).orElse("").replace("\"", "");
            content = ContentId.Kind.SHA256.id(linked);
        }
        String linked = Optional.ofNullable(headers.get("X-Linked-Size")).orElse("");
        if (size.isEmpty() && DIGITS.matcher(linked).matches()) size = OptionalLong.of(Long.parseLong(linked));
    }

    private long append(HubResponse answer, long offset) throws IOException {
        long end = offset;
        byte[] chunk = new byte[CHUNK];
        try (InputStream in = answer.response().body().byteStream(); FileChannel out = part.append()) {
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                stop.check();
                end += read;
                if (end > size.orElse(Long.MAX_VALUE)) throw wrongSize(end);
                if (end > maxBytes) throw tooLarge(end);
                part.write(out, ByteBuffer.wrap(chunk, 0, read));
                progress.accept(end);
                if (end > furthest) {
                    furthest = end;
                    retries.progressed();
                }
            }
        }
        return end;
    }

    private void checkContent() {
        if (content.isEmpty()) return;
        ContentId expected = content.get();
        ContentId actual;
        try {
            actual = expected.of(part.path(), stop);
        } catch (IOException e) {
            throw LocalCopies.failed("read", part.path(), e);
        }
        if (!actual.equals(expected)) throw new WrongContentException("expected [" + expected + "], got [" + actual + "]");
    }

    private WrongContentException wrongSize(long bytes) {
        return new WrongContentException("expected [" + size.getAsLong() + "] bytes, got [" + bytes + "] or more");
    }

    private EmbeddingException.BadRequest tooLarge(long bytes) {
        return HubDownload.tooLarge(reference, "file [" + name + "]", bytes, maxBytes);
    }
}

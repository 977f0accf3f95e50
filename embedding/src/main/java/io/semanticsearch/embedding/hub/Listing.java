package io.semanticsearch.embedding.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a revision of a repository holds.
 *
 * @param commit what the revision means now, 40 hex digits
 * @param files all of them, in the repository's order
 */
record Listing(String commit, List<RemoteFile> files) {

    private static final ObjectReader JSON = new ObjectMapper().reader();

    Listing {
        files = List.copyOf(files);
    }

    /**
     * Reads the answer to {@code /api/models/REPOSITORY/revision/REVISION?blobs=true}:
     * https://huggingface.co/docs/hub/api
     *
     * @throws IOException when it is something else, saying what
     */
    static Listing read(byte[] json) throws IOException {
        JsonNode root;
        try {
            root = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            // Its message may quote the answer.
            throw new IOException("it is not JSON", e);
        }
        String commit = root.path("sha").asText("");
        if (!HubReference.isCommit(commit)) throw new IOException("it names no commit in [sha]");
        List<RemoteFile> files = new ArrayList<>();
        for (JsonNode sibling : root.path("siblings")) {
            String name = sibling.path("rfilename").asText("");
            if (!RemoteFile.isSafe(name))
                throw new IOException("it lists [" + name + "], which is no path within a folder");
            files.add(new RemoteFile(name, size(sibling), content(sibling)));
        }
        return new Listing(commit, files);
    }

    private static OptionalLong size(JsonNode sibling) {
        JsonNode large = sibling.path("lfs").path("size");
        JsonNode size = large.isIntegralNumber() ? large : sibling.path("size");
        return size.canConvertToLong() && size.longValue() >= 0 ? OptionalLong.of(size.longValue()) : OptionalLong.empty();
    }

    private static Optional<ContentId> content(JsonNode sibling) {
        JsonNode large = sibling.path("lfs");
        // The blob of a large file is only a pointer to it.
        if (large.isObject()) return ContentId.Kind.SHA256.id(large.path("sha256").asText(""));
        return ContentId.Kind.GIT_BLOB.id(sibling.path("blobId").asText(""));
    }
}

package io.semanticsearch.embedding.hub;

import io.semanticsearch.embedding.EmbeddingException;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What to fetch.
 *
 * @param repository {@code org/name}
 * @param revision a branch, a tag, or the 40 hex digits of a commit
 * @param file the ONNX file to take in place of the usual one, such as {@code onnx/model_fp16.onnx}
 */
public record HubReference(String repository, String revision, Optional<String> file) {

    public static final String DEFAULT_REVISION = "main";

    private static final int MAX_LENGTH = 96;
    // As the Hub itself has it: no separator at an end of a part, none twice in a row.
    private static final String PART = "[A-Za-z0-9_]+(?:(?:\\.|-)[A-Za-z0-9_]+)*";
    private static final Pattern REPOSITORY = Pattern.compile(PART + "/" + PART);
    private static final String REVISION_PART = "[A-Za-z0-9_][A-Za-z0-9_-]*(?:\\.[A-Za-z0-9_-]+)*";
    private static final Pattern REVISION = Pattern.compile(REVISION_PART + "(?:/" + REVISION_PART + ")*");
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
    private static final Pattern ONNX_FILE = Pattern
            .compile("(?:[A-Za-z0-9_-][A-Za-z0-9_.-]*/)*[A-Za-z0-9_-][A-Za-z0-9_.-]*\\.onnx");

    public HubReference {
        Objects.requireNonNull(file, "file");
        if (repository.length() > MAX_LENGTH || !REPOSITORY.matcher(repository).matches()) {
            throw new EmbeddingException.BadRequest("repository [" + repository
                    + "] is no name of a model, expected [ORGANIZATION/NAME] of letters, digits and single [.], [-], at most ["
                    + MAX_LENGTH + "] characters, such as [sentence-transformers/all-MiniLM-L6-v2]");
        }
        if (revision.length() > MAX_LENGTH || !REVISION.matcher(revision).matches()) {
            throw new EmbeddingException.BadRequest("[revision] is [" + revision
                    + "], expected a branch, a tag or the 40 hex digits of a commit, at most [" + MAX_LENGTH + "] characters");
        }
        file.ifPresent(name -> {
            if (name.length() > MAX_LENGTH || !ONNX_FILE.matcher(name).matches()) {
                throw new EmbeddingException.BadRequest("[file] is [" + name
                        + "], expected the path of an ONNX file in the repository, at most [" + MAX_LENGTH
                        + "] characters, such as [onnx/model_fp16.onnx]");
            }
        });
    }

    /** The usual files of the default revision. */
    public HubReference(String repository) {
        this(repository, DEFAULT_REVISION, Optional.empty());
    }

    /** Whether the revision is a commit, which never comes to mean another. */
    boolean isCommit() {
        return isCommit(revision);
    }

    static boolean isCommit(String revision) {
        return COMMIT.matcher(revision).matches();
    }

    /** For messages. */
    @Override
    public String toString() {
        return "model [hf:" + repository + "] at revision [" + revision + "]"
                + file.map(name -> " with [" + name + "]").orElse("");
    }
}

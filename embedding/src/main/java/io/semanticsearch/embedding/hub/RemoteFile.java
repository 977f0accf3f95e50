package io.semanticsearch.embedding.hub;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * A file of a repository, as its list has it.
 *
 * @param name path in the repository; leads nowhere else, see {@link #isSafe}
 * @param size in bytes; some mirrors do not say
 * @param content what its bytes are; some mirrors do not say
 */
record RemoteFile(String name, OptionalLong size, Optional<ContentId> content) {

    private static final int MAX_LENGTH = 512;
    // Parts that are neither empty nor [.] nor [..], of nothing that a file system or a line of text takes for something else.
    private static final Pattern SAFE = Pattern
            .compile("(?!\\.{1,2}(/|$))[^/\\\\:\\p{Cntrl}]{1,200}(/(?!\\.{1,2}(/|$))[^/\\\\:\\p{Cntrl}]{1,200})*");

    RemoteFile {
        Objects.requireNonNull(content, "content");
        if (!isSafe(name)) throw new IllegalArgumentException("[name] is [" + name + "], expected a path within a folder");
        if (size.isPresent() && size.getAsLong() < 0) {
            throw new IllegalArgumentException("[size] of [" + name + "] is [" + size.getAsLong() + "], expected 0 or more");
        }
    }

    /** Whether a name from outside can be made a path under a folder. */
    static boolean isSafe(String name) {
        return name.length() <= MAX_LENGTH && SAFE.matcher(name).matches();
    }
}

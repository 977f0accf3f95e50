package io.semanticsearch.embedding;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where the files of a local model are. */
public sealed interface ModelSource {

    /** The source as users write it. */
    String reference();

    /** The same without a revision: what spaces are named by, because the files themselves tell one revision from another. */
    default String withoutRevision() {
        return reference();
    }

    /** Reads {@code built-in:NAME}, {@code file:FOLDER} or {@code hf:ORGANIZATION/NAME@REVISION}; an {@link EmbeddingException.BadRequest} says what it must look like. */
    static ModelSource of(String reference) {
        if (reference.startsWith(BuiltIn.PREFIX)
                && BuiltIn.NAME.matcher(reference.substring(BuiltIn.PREFIX.length())).matches()) {
            return new BuiltIn(reference.substring(BuiltIn.PREFIX.length()));
        }
        if (reference.startsWith(Folder.PREFIX)) {
            String path = reference.substring(Folder.PREFIX.length());
            if (path.length() <= Folder.MAX_LENGTH && Folder.PATH.matcher(path).matches()) return new Folder(path);
            throw new EmbeddingException.BadRequest("[" + DefinitionFields.MODEL + "] is [" + reference + "], expected after ["
                    + Folder.PREFIX
                    + "] the name of a folder in the models folder, of letters, digits and [_.-] and not starting with"
                    + " a dot, such as [file:minilm] or [file:sentence-transformers/minilm]");
        }
        if (reference.startsWith(Hub.PREFIX)) {
            Matcher hub = Hub.REFERENCE.matcher(reference);
            if (hub.matches()) return new Hub(hub.group(1), Optional.ofNullable(hub.group(2)));
            throw new EmbeddingException.BadRequest("[" + DefinitionFields.MODEL + "] is [" + reference + "], expected after ["
                    + Hub.PREFIX + "] an organisation, a name and perhaps a revision, such as"
                    + " [hf:sentence-transformers/all-MiniLM-L6-v2] or [hf:org/name@main]");
        }
        throw new EmbeddingException.BadRequest(
                "[" + DefinitionFields.MODEL + "] is [" + reference + "], expected [" + BuiltIn.PREFIX
                        + "NAME] for a model that comes with this plugin, [" + Folder.PREFIX
                        + "FOLDER] for a folder in the models folder, or [" + Hub.PREFIX
                        + "ORGANIZATION/NAME] for one to fetch");
    }

    /**
     * A model that comes with the code.
     *
     * @param name what stands after {@code built-in:}
     */
    record BuiltIn(String name) implements ModelSource {

        private static final String PREFIX = "built-in:";
        private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]*");

        @Override
        public String reference() {
            return PREFIX + name;
        }
    }

    /**
     * A folder under the models folder. Its path holds no {@code ..}, no drive and no separator but {@code /}, so it names nothing
     * outside; links are the reader's to refuse.
     *
     * @param path relative, its parts separated by {@code /}
     */
    record Folder(String path) implements ModelSource {

        private static final String PREFIX = "file:";
        private static final int MAX_LENGTH = 255;
        private static final Pattern PATH = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*");

        @Override
        public String reference() {
            return PREFIX + path;
        }
    }

    /**
     * A repository of a Hugging Face endpoint.
     *
     * @param repository organisation and name
     * @param revision branch, tag or commit; empty for the usual branch
     */
    record Hub(String repository, Optional<String> revision) implements ModelSource {

        private static final String PREFIX = "hf:";
        private static final Pattern REFERENCE = Pattern.compile("hf:([A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+)(?:@([A-Za-z0-9_./-]+))?");

        @Override
        public String reference() {
            return withoutRevision() + revision.map(name -> "@" + name).orElse("");
        }

        @Override
        public String withoutRevision() {
            return PREFIX + repository;
        }
    }
}

package io.semanticsearch.trainer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A file to train from.
 *
 * @param file name in the data folder: JSON lines, with gzip where it ends in .gz
 * @param kind what its lines hold
 * @param share of the training pairs that come from it, next to the shares of the others; 0 for none, its words still count
 * @param what it is, for the card
 * @param origin where it is from, for the card: the attribution that its licence asks for
 * @param licence name of the licence
 */
record Source(String file, Kind kind, float share, String what, String origin, String licence) {

    private static final ObjectMapper JSON = new ObjectMapper();

    Source {
        if (file.isBlank() || licence.isBlank() || origin.isBlank()) {
            throw new TrainerException("a source needs [file], [origin] and [licence]; got file [" + file + "], origin [" + origin
                    + "], licence [" + licence + "]");
        }
        if (!(share >= 0 && share <= 1e6))
            throw new TrainerException("[share] of [" + file + "] is [" + share + "], expected 0 or more");
    }

    /** What the lines of a file hold. */
    enum Kind {
        /** {@code t} title of an article, {@code s} of a section, {@code p} a paragraph. */
        PASSAGES("t", "s", "p"),
        /** {@code q} a question or another short text, {@code p} what should be found for it. */
        PAIRS("q", "p"),
        /** As pairs, of a dictionary: a {@code q} of one word is a word that a vocabulary should have. */
        WORDS("q", "p"),
        /** As pairs, for judging alone. */
        JUDGED("q", "p");

        private final List<String> fields;

        Kind(String... fields) {
            this.fields = List.of(fields);
        }

        List<String> fields() {
            return fields;
        }
    }

    /** Reads a list of sources: a JSON array of objects with the fields of this record in snake_case. */
    static List<Source> readList(Path list) throws IOException {
        JsonNode array = JSON.readTree(Files.readAllBytes(list));
        if (!array.isArray() || array.isEmpty()) throw new TrainerException("[" + list + "] holds no array of sources");
        List<Source> sources = new ArrayList<>();
        for (JsonNode entry : array) {
            sources.add(new Source(entry.path("file").asText(), kind(entry.path("kind").asText()),
                    (float) entry.path("share").asDouble(1),
                    entry.path("what").asText(), entry.path("origin").asText(), entry.path("licence").asText()));
        }
        return List.copyOf(sources);
    }

    private static Kind kind(String name) {
        for (Kind kind : Kind.values()) if (kind.name().toLowerCase(Locale.ROOT).equals(name)) return kind;
        throw new TrainerException("[kind] is [" + name + "], expected one of [passages, pairs, words, judged]");
    }
}

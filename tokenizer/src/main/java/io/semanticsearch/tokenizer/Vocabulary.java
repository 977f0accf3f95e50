package io.semanticsearch.tokenizer;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;

/** The tokens of a file and their ids, those of the model and the added ones. */
final class Vocabulary {

    /** Far above any known vocabulary (about 260,000); a wild id must not make an array of gigabytes. */
    static final int MOST = 1 << 21;

    private final Map<String, Integer> idsOfModel;
    private final Map<String, Integer> idsOfAdded = new HashMap<>();
    private final String[] tokens;

    /** @param idsOfModel not empty and not to be changed */
    Vocabulary(Map<String, Integer> idsOfModel, Iterable<AddedToken> added) {
        this.idsOfModel = idsOfModel;
        for (AddedToken token : added) {
            Integer known = idOrNull(token.content());
            if (known != null && known != token.id()) {
                throw new TokenizerException(
                        "tokenizer.json: added token [" + token.content() + "] has id [" + token.id() + "], but ["
                                + known + "] elsewhere in the file; one of the two must go");
            }
            idsOfAdded.put(token.content(), token.id());
        }
        tokens = new String[Math.max(size(idsOfModel), size(idsOfAdded))];
        idsOfModel.forEach((token, id) -> tokens[id] = token);
        idsOfAdded.forEach((token, id) -> tokens[id] = token);
    }

    /** The tokens of a model that lists them as {@code {"token": id}}. */
    static Map<String, Integer> read(FileSection section) {
        Map<String, Integer> ids = new LinkedHashMap<>();
        section.object().node().properties().forEach(e -> ids.put(e.getKey(), section.get(e.getKey()).count()));
        if (ids.isEmpty()) throw section.bad("is empty, expected the tokens");
        size(ids);
        return ids;
    }

    private static int size(Map<String, Integer> ids) {
        int size = 0;
        for (Map.Entry<String, Integer> entry : ids.entrySet()) {
            int id = entry.getValue();
            if (id < 0 || id >= MOST) {
                throw new TokenizerException(
                        "tokenizer.json: token [" + entry.getKey() + "] has id [" + id + "], expected 0 to " + (MOST - 1));
            }
            size = Math.max(size, id + 1);
        }
        return size;
    }

    /** One more than the highest id. */
    int size() {
        return tokens.length;
    }

    boolean contains(int id) {
        return id >= 0 && id < tokens.length && tokens[id] != null;
    }

    OptionalInt id(String token) {
        Integer id = idOrNull(token);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    String token(int id) {
        if (contains(id)) return tokens[id];
        throw new IllegalArgumentException(
                "no token has id [" + id + "]; the vocabulary has ids from 0 to " + (tokens.length - 1));
    }

    private Integer idOrNull(String token) {
        Integer id = idsOfAdded.get(token);
        return id == null ? idsOfModel.get(token) : id;
    }
}

package io.semanticsearch.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * One item of a bulk, and what it makes of a document.
 *
 * @param key in a field of its own, since an id may be OpenSearch's
 * @param id empty where OpenSearch shall make one
 * @param sent what the item carries; of some kinds a part alone
 */
record SoakWrite(Kind kind, String key, Optional<String> id, SoakDocument sent) {

    /** The ways to write a document by a bulk. */
    enum Kind {
        /** The whole document, in place of what may be there. */
        INDEX("index"),
        /** The whole document, which is new. */
        CREATE("create"),
        /** An update with a part, by which the text changes and so the vector. */
        PART("update"),
        /** An update with a part that has nothing to do with the text. */
        UNTOUCHED("update"),
        /** A part for a document that is there, the whole for one that is not. */
        UPSERT("update"),
        /** The whole document as a part. */
        DOC_AS_UPSERT("update"),
        /** A script that changes the text. */
        SCRIPT("update"), DELETE("delete");

        private final String action;

        Kind(String action) {
            this.action = action;
        }
    }

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String SCRIPT = "ctx._source.body = params.body; ctx._source.revision = params.revision";

    /** Whether OpenSearch can have said yes to it, the document being so. */
    boolean possibleOn(Optional<SoakDocument> before) {
        return switch (kind) {
            case INDEX, UPSERT, DOC_AS_UPSERT -> true;
            case CREATE -> before.isEmpty();
            case PART, UNTOUCHED, SCRIPT, DELETE -> before.isPresent();
        };
    }

    /** The document afterwards; empty if there is none. */
    Optional<SoakDocument> after(Optional<SoakDocument> before) {
        if (!possibleOn(before)) return before;
        return switch (kind) {
            case INDEX, CREATE, DOC_AS_UPSERT -> Optional.of(sent);
            case UPSERT -> Optional.of(before.map(this::withBody).orElse(sent));
            case PART, SCRIPT -> before.map(this::withBody);
            case UNTOUCHED -> before.map(old -> new SoakDocument(old.title(), old.body(), sent.revision()));
            case DELETE -> Optional.empty();
        };
    }

    private SoakDocument withBody(SoakDocument old) {
        return new SoakDocument(old.title(), sent.body(), sent.revision());
    }

    /** The lines of the bulk. */
    String lines(String index) {
        ObjectNode where = JSON.objectNode().put("_index", index);
        id.ifPresent(own -> where.put("_id", own));
        String head = JSON.objectNode().set(kind.action, where) + "\n";
        return switch (kind) {
            case INDEX, CREATE -> head + whole() + "\n";
            case PART -> head + JSON.objectNode().set("doc", part()) + "\n";
            case UNTOUCHED -> head + JSON.objectNode().set("doc", JSON.objectNode().put("revision", sent.revision())) + "\n";
            case UPSERT -> head + JSON.objectNode().<ObjectNode>set("doc", part()).set("upsert", whole()) + "\n";
            case DOC_AS_UPSERT -> head + JSON.objectNode().put("doc_as_upsert", true).set("doc", whole()) + "\n";
            case SCRIPT -> head + JSON.objectNode().set("script",
                    JSON.objectNode().put("lang", "painless").put("source", SCRIPT).set("params", part())) + "\n";
            case DELETE -> head;
        };
    }

    String action() {
        return kind.action;
    }

    private ObjectNode part() {
        return JSON.objectNode().put("body", sent.body()).put("revision", sent.revision());
    }

    private ObjectNode whole() {
        return part().put("key", key).put("title", sent.title());
    }
}

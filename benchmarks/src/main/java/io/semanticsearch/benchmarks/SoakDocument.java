package io.semanticsearch.benchmarks;

/**
 * What a document of the soak holds beside its key.
 *
 * @param revision of the writer's own count, so that two writes never leave the same document
 */
record SoakDocument(String title, String body, long revision) {

    /** What the field embeds. */
    String text() {
        return title + " " + body;
    }
}

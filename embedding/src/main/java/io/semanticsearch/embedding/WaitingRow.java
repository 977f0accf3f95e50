package io.semanticsearch.embedding;

/** A row of a text that waits to be run. Guarded by the lock of {@link WorkQueue}. */
final class WaitingRow {

    final BatchedRequest request;
    final int text;
    final int row;
    final int[] ids;
    boolean waiting = true;

    /**
     * @param text position of its text in the request
     * @param row position in its text
     */
    WaitingRow(BatchedRequest request, int text, int row, int[] ids) {
        this.request = request;
        this.text = text;
        this.row = row;
        this.ids = ids;
    }
}

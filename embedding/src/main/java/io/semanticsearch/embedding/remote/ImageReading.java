package io.semanticsearch.embedding.remote;

/**
 * How a model is sent images.
 *
 * @param model the provider's name of what reads them, which may be another than reads texts, in the same space
 * @param items images in one call at most
 * @param callBytes bytes of all images of a call at most; a larger image is sent alone
 */
record ImageReading(String model, int items, long callBytes) {

    ImageReading {
        if (items < 1) throw new IllegalArgumentException("[items] is [" + items + "], expected 1 or more");
        if (callBytes < 1) throw new IllegalArgumentException("[callBytes] is [" + callBytes + "], expected 1 or more");
    }
}

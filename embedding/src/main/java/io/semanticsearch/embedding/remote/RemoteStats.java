package io.semanticsearch.embedding.remote;

/**
 * What a model was used for since it was opened.
 *
 * @param calls calls that were sent, tries again included
 * @param retries tries again
 * @param splits calls that were too large, or had a text at fault in them, and were sent again in parts
 * @param failures requests that failed as a whole
 * @param texts texts that got a vector
 * @param truncated texts that were not read to the end, as far as that is known
 * @param refused texts that alone could not be embedded
 * @param tokens what the provider charged for, as far as it tells
 * @param breaker {@code closed} while the server is well, {@code open} while it is left alone, {@code half_open} while one call tries it
 */
public record RemoteStats(long calls,
        long retries,
        long splits,
        long failures,
        long texts,
        long truncated,
        long refused,
        long tokens,
        String breaker) {}

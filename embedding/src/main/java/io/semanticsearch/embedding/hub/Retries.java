package io.semanticsearch.embedding.hub;

import io.semanticsearch.embedding.EmbeddingException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * Tries again, at growing distances, as long as there is patience. What comes in between renews the patience. One for each thing that is
 * fetched; for one thread.
 */
final class Retries {

    private static final Duration FIRST_DELAY = Duration.ofMillis(250);
    private static final Duration MAX_DELAY = Duration.ofSeconds(30);

    private final String what;
    private final Duration patience;
    private final StopSignal stop;
    private Duration delay;
    private long giveUp;

    interface Attempt<T> {

        /** @throws IOException when it is worth another attempt */
        T run() throws IOException;
    }

    /** @param what is fetched, from where: the start of the message when all attempts fail */
    Retries(String what, Duration patience, StopSignal stop) {
        this.what = what;
        this.patience = patience;
        this.stop = stop;
        progressed();
    }

    /** Says that something came that need not come again. */
    void progressed() {
        delay = FIRST_DELAY;
        giveUp = System.nanoTime() + patience.toNanos();
    }

    <T> T run(Attempt<T> attempt) {
        while (true) {
            try {
                return attempt.run();
            } catch (SSLHandshakeException | SSLPeerUnverifiedException e) {
                throw new EmbeddingException.Unavailable(what + " cannot be fetched: no trusted connection: " + e.getMessage()
                        + "; make this Java trust the certificate of the endpoint or of the proxy", e);
            } catch (IOException e) {
                // A call that was cancelled fails with an IOException like any other.
                stop.check();
                pause(e);
            }
        }
    }

    private void pause(IOException e) {
        Optional<Duration> asked = e instanceof RetryLaterException later ? later.after() : Optional.empty();
        // Not all nodes of a cluster at the same moment.
        Duration own = delay.dividedBy(2).plusNanos(ThreadLocalRandom.current().nextLong(delay.toNanos()));
        // One that asks for no pause at all is still not to be asked without end.
        Duration wait = asked.filter(time -> time.compareTo(own) > 0).orElse(own);
        if (System.nanoTime() + wait.toNanos() - giveUp > 0) {
            String when = asked.map(time -> "; it asks to be left alone for [" + time.toSeconds() + "] seconds").orElse("");
            throw new EmbeddingException.Unavailable(what + " cannot be fetched: " + reason(e) + when + "; gave up after ["
                    + patience.toSeconds()
                    + "] seconds without a new byte. Check the network, the proxy and the endpoint; another"
                    + " try goes on where this one ended", e);
        }
        stop.pause(wait);
        delay = delay.multipliedBy(2);
        if (delay.compareTo(MAX_DELAY) > 0) delay = MAX_DELAY;
    }

    private static String reason(IOException e) {
        return e instanceof RetryLaterException ? e.getMessage() : e.getClass().getSimpleName() + ": " + e.getMessage();
    }
}

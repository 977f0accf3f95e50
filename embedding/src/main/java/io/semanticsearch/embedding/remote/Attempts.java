package io.semanticsearch.embedding.remote;

import com.fasterxml.jackson.databind.JsonNode;
import io.semanticsearch.embedding.EmbeddingException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * One call, sent until it is answered: each time when the pacer says so, when there is room, and when the breaker lets it pass. One of its
 * steps runs at a time.
 */
final class Attempts {

    final CompletableFuture<CallResult> result = new CompletableFuture<>();
    private final Server server;
    private final WireRequest request;
    private final Server.Meaning meaning;
    private final long tokens;
    private final RequestScope scope;
    private int retries;

    Attempts(Server server, WireRequest request, Server.Meaning meaning, long tokens, RequestScope scope) {
        this.server = server;
        this.request = request;
        this.meaning = meaning;
        this.tokens = tokens;
        this.scope = scope;
    }

    void start() {
        guarded(() -> {
            Optional<Duration> wait = server.pacer().reserve(tokens, scope.left());
            if (wait.isEmpty()) {
                fail(new EmbeddingException.Overloaded("no call may start within [" + scope.timeout.toMillis()
                        + "] ms, by [requests_per_minute] and [tokens_per_minute] of the definition and what the server allows"
                        + scope.because() + "; send less, or raise them if the provider allows more"));
            } else {
                scope.after(wait.get(), () -> server.enter(scope, this::send));
            }
        });
    }

    /** @param leave says that the call has ended */
    private void send(Runnable leave) {
        if (scope.abort.isAborted()) {
            leave.run();
            return;
        }
        OptionalLong passed;
        try {
            passed = server.breaker().enter(scope, () -> guarded(() -> server.enter(scope, this::send)));
        } catch (EmbeddingException.Unavailable e) {
            leave.run();
            fail(e);
            return;
        }
        if (passed.isEmpty()) {
            leave.run();
            return;
        }
        long call = passed.getAsLong();
        server.usage().calls.increment();
        Optional<Credential> credential;
        CompletableFuture<HttpAnswer> sent;
        CallTime time = new CallTime(server, scope);
        try {
            credential = server.credential();
            sent = server.transport().send(request, server.keyHeaders(credential), time.abort);
        } catch (Throwable e) {
            // This thread may be that of another call, which made room for this one.
            time.end();
            server.breaker().gaveUp(call);
            leave.run();
            fail(EmbeddingException.of(e));
            return;
        }
        sent.whenComplete((answer, failure) -> {
            time.end();
            leave.run();
            guarded(() -> {
                if (answer == null && time.isOver()) {
                    late(call, time);
                } else if (answer == null) {
                    broken(call, failure);
                } else {
                    answered(call, answer, credential);
                }
            });
        });
    }

    private void late(long call, CallTime time) {
        String reason = "no answer within [" + time.most.toMillis() + "] ms";
        server.breaker().failed(call, reason);
        later(new Fault.Later(reason, Optional.empty(), WireError.ANY_NUMBER, false), Optional.empty());
    }

    private void broken(long call, Throwable failure) {
        if (scope.abort.isAborted()) {
            // A server that hangs is not well either; one whose caller went away may be.
            if (scope.left().isZero()) {
                server.breaker().failed(call, "no answer within [" + scope.timeout.toMillis() + "] ms");
            } else {
                server.breaker().gaveUp(call);
            }
            return;
        }
        String reason = "[" + failure.getClass().getSimpleName() + "] " + failure.getMessage();
        switch (failure) {
            case EndpointRules.RefusedAddressException e -> {
                server.breaker().gaveUp(call);
                fail(new EmbeddingException.BadRequest(e.getMessage()));
            }
            case HttpTransport.OversizeException e -> {
                server.breaker().succeeded();
                fail(new EmbeddingException.BrokenModel(e.getMessage()));
            }
            case SSLHandshakeException e -> untrusted(call, e);
            case SSLPeerUnverifiedException e -> untrusted(call, e);
            case IOException e -> {
                server.breaker().failed(call, reason);
                later(new Fault.Later(reason, Optional.empty(), WireError.ANY_NUMBER, false), Optional.empty());
            }
            default -> {
                server.breaker().gaveUp(call);
                fail(EmbeddingException.of(failure));
            }
        }
    }

    private void untrusted(long call, IOException e) {
        server.breaker().gaveUp(call);
        fail(new EmbeddingException.Unavailable(
                "no trusted connection: " + e.getMessage() + "; a certificate authority of your own"
                        + " goes into the setting [" + RemoteOptions.CERTIFICATES_SETTING + "]",
                e));
    }

    private void answered(long call, HttpAnswer answer, Optional<Credential> credential) {
        heed(answer.headers());
        if (answer.status() >= 200 && answer.status() < 300) {
            server.breaker().succeeded();
            JsonNode body = server.json(answer);
            result.complete(new CallResult.Answered(body, answer.headers()));
            return;
        }
        if (answer.status() >= 300 && answer.status() < 400) {
            server.breaker().succeeded();
            fail(new EmbeddingException.BadRequest("it redirects with status [" + answer.status()
                    + "], which is not followed; check [endpoint] of the definition, and the proxy"));
            return;
        }
        WireError error = Server.error(answer, credential);
        Fault fault = wanted(meaning.of(error), error);
        if (fault instanceof Fault.Later later && !later.busy()) {
            server.breaker().failed(call, later.reason());
        } else {
            server.breaker().succeeded();
        }
        switch (fault) {
            case Fault.Later later -> later(later, later.after().or(() -> RetryDelay.asked(error, Instant.now())));
            case Fault.Final last -> fail(last.failure());
            case Fault.TooLarge fewer -> result.complete(new CallResult.Faulted(fewer));
            case Fault.TooLong shorter -> result.complete(new CallResult.Faulted(shorter));
            case Fault.BadText other -> result.complete(new CallResult.Faulted(other));
        }
    }

    /** The server's own word on trying again counts before ours. */
    private static Fault wanted(Fault fault, WireError error) {
        return switch (error.headers().get("x-should-retry").orElse("")) {
            case "false" -> fault instanceof Fault.Later ? error.refusedForNow() : fault;
            case "true" -> fault instanceof Fault.Final && error.status() != 429 ? error.later(WireError.ANY_NUMBER) : fault;
            default -> fault;
        };
    }

    private void later(Fault.Later fault, Optional<Duration> asked) {
        scope.failed(fault.reason());
        if (retries >= Math.min(fault.retries(), server.options().retries())) {
            fail(exhausted(fault, "after [" + (retries + 1) + "] attempts"));
            return;
        }
        Duration most = server.options().maxDelay();
        Duration own = RetryDelay.own(retries, server.jitter().nextDouble(), most);
        if (asked.isPresent() && asked.get().compareTo(most) > 0) {
            fail(exhausted(fault, "because it asks to be left alone for [" + asked.get().toSeconds() + "] s, more than the ["
                    + most.toSeconds() + "] s that are waited"));
            return;
        }
        // A little more than asked for: not all that were told the same come back at the same moment.
        Duration wait = asked
                .map(time -> time.plus(Duration.ofNanos((long) (time.toNanos() * server.jitter().nextDouble() / 10))))
                .orElse(own);
        if (wait.compareTo(scope.left()) >= 0) {
            fail(exhausted(fault, "because the next attempt in [" + wait.toMillis() + "] ms would be after the deadline of ["
                    + scope.timeout.toMillis() + "] ms"));
            return;
        }
        if (fault.busy()) asked.ifPresent(server.pacer()::pause);
        retries++;
        server.usage().retries.increment();
        scope.after(wait, this::start);
    }

    /** Waits where the server says that the next call would be one too many. */
    private void heed(WireHeaders headers) {
        for (String kind : List.of("requests", "tokens")) {
            if (headers.number("x-ratelimit-remaining-" + kind).orElse(1) > 0) continue;
            headers.get("x-ratelimit-reset-" + kind).flatMap(RetryDelay::span)
                    .filter(time -> time.compareTo(server.options().maxDelay()) <= 0).ifPresent(server.pacer()::pause);
        }
    }

    private static EmbeddingException exhausted(Fault.Later fault, String why) {
        String message = "gave up " + why + ": " + fault.reason();
        return fault.busy() ? new EmbeddingException.Overloaded(message) : new EmbeddingException.Unavailable(message);
    }

    private void fail(EmbeddingException failure) {
        result.completeExceptionally(server.about(failure));
    }

    /** Runs a step; whatever it throws ends the call, or those who wait for it would wait until the deadline. */
    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (EmbeddingException e) {
            result.completeExceptionally(e);
        } catch (Throwable e) {
            result.completeExceptionally(EmbeddingException.of(e));
        }
    }
}

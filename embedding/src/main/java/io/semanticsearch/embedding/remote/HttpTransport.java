package io.semanticsearch.embedding.remote;

import io.semanticsearch.embedding.EmbeddingException;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.Dns;
import okhttp3.MediaType;
import okhttp3.MultipartBody;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.BufferedSource;

/**
 * Single requests, without blocking: connections are shared, kept and bounded; redirects are not followed, because keys in headers of
 * their own would be. Times are up to the caller, who aborts. Safe for many threads.
 */
final class HttpTransport implements AutoCloseable {

    private static final MediaType JSON = MediaType.get("application/json");
    private static final int MAX_CALLS = 64;
    // More than any message, less than a page that a proxy sends by mistake should cost.
    private static final long MAX_ERROR_BYTES = 64 << 10;

    private final OkHttpClient client;
    private final RemoteOptions options;

    HttpTransport(RemoteOptions options, EndpointRules rules) {
        this.options = options;
        AtomicInteger threads = new AtomicInteger();
        ThreadPoolExecutor executor = new ThreadPoolExecutor(MAX_CALLS, MAX_CALLS, 30, TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                action -> {
                    Thread thread = new Thread(action, "semantic-remote-" + threads.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        executor.allowCoreThreadTimeOut(true);
        Dispatcher dispatcher = new Dispatcher(executor);
        dispatcher.setMaxRequests(MAX_CALLS);
        dispatcher.setMaxRequestsPerHost(MAX_CALLS);
        OkHttpClient.Builder builder = new OkHttpClient.Builder().dispatcher(dispatcher).followRedirects(false)
                .followSslRedirects(false).connectTimeout(options.connectTimeout())
                // The deadline of the request ends these, over all its calls.
                .readTimeout(0, TimeUnit.MILLISECONDS).writeTimeout(0, TimeUnit.MILLISECONDS)
                .connectionPool(new ConnectionPool(MAX_CALLS, 5, TimeUnit.MINUTES)).dns(rules.dns(Dns.SYSTEM));
        options.proxy().ifPresent(address -> builder.proxySelector(new ProxyChoice(address)));
        options.certificates().ifPresent(file -> TrustedCertificates.of(file).apply(builder));
        this.client = builder.build();
    }

    /** That an answer is larger than any that is read. */
    static final class OversizeException extends IOException {

        private static final long serialVersionUID = 1L;

        OversizeException(long bytes) {
            super("the answer is larger than [" + bytes + "] bytes, see the setting [" + RemoteOptions.MAX_ANSWER_BYTES_SETTING
                    + "]");
        }
    }

    /**
     * Begins a request. The future fails with an {@link IOException} when there is no whole answer; it completes on a thread of this
     * transport, which its dependents must not block.
     *
     * @param keyHeaders what shows the key, empty for none
     */
    CompletableFuture<HttpAnswer> send(WireRequest wire, Map<String, String> keyHeaders, Abort abort) {
        Request.Builder request = new Request.Builder().url(wire.url()).header("Accept", "application/json").header("User-Agent",
                options.userAgent());
        wire.headers().forEach(request::header);
        keyHeaders.forEach(request::header);
        wire.body().ifPresent(body -> request.post(RequestBody.create(WireJson.bytes(body), JSON)));
        wire.form().ifPresent(form -> request.post(multipart(form)));
        Call call = client.newCall(request.build());
        CompletableFuture<HttpAnswer> future = new CompletableFuture<>();
        Runnable done = abort.add(call::cancel);
        future.whenComplete((answer, failure) -> done.run());
        call.enqueue(new Callback() {

            @Override
            public void onFailure(Call failed, IOException e) {
                future.completeExceptionally(e);
            }

            @Override
            public void onResponse(Call answered, Response response) {
                HttpAnswer answer;
                try (response) {
                    answer = read(response);
                } catch (Throwable e) {
                    // Whatever it is must reach those who wait.
                    future.completeExceptionally(e instanceof Exception ? e : EmbeddingException.of(e));
                    return;
                }
                future.complete(answer);
            }
        });
        return future;
    }

    private static RequestBody multipart(WireForm form) {
        MultipartBody.Builder body = new MultipartBody.Builder().setType(MultipartBody.FORM);
        form.fields().forEach(body::addFormDataPart);
        int number = 0;
        for (WireImage file : form.files()) {
            // A name makes a part a file; which one is of no matter.
            body.addFormDataPart(form.name(), "image-" + number++, RequestBody.create(file.file(), MediaType.get(file.type())));
        }
        return body.build();
    }

    /** Ends all calls. */
    @Override
    public void close() {
        client.dispatcher().cancelAll();
        ExecutorService executor = client.dispatcher().executorService();
        executor.shutdown();
        client.connectionPool().evictAll();
    }

    private HttpAnswer read(Response response) throws IOException {
        WireHeaders headers = name -> Optional.ofNullable(response.header(name));
        ResponseBody body = response.body();
        BufferedSource source = body.source();
        long most = response.isSuccessful() ? options.maxAnswerBytes() : MAX_ERROR_BYTES;
        // Asked for one more than there may be: then what is missing and what is too much show at once.
        boolean more = source.request(most + 1);
        if (more && response.isSuccessful()) throw new OversizeException(most);
        return new HttpAnswer(response.code(), headers, more ? source.readByteArray(most) : source.readByteArray());
    }
}

package io.semanticsearch.ingest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.opensearch.OpenSearchException;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.ActionType;
import org.opensearch.action.get.GetResponse;
import org.opensearch.action.get.MultiGetItemResponse;
import org.opensearch.action.get.MultiGetRequest;
import org.opensearch.action.get.MultiGetResponse;
import org.opensearch.common.xcontent.XContentFactory;
import org.opensearch.common.xcontent.support.XContentMapValues;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.index.get.GetResult;
import org.opensearch.index.seqno.SequenceNumbers;
import org.opensearch.test.client.NoOpClient;

/** A client that finds documents by their ids, on a thread of its own, and can be told to fail. */
final class StoredDocuments extends NoOpClient {

    /** How a request fails. */
    enum Fault {
        DOCUMENT, REQUEST, THROWN, SILENCE
    }

    private final Map<String, Map<String, Object>> documents = new ConcurrentHashMap<>();
    private final List<MultiGetRequest> requests = new CopyOnWriteArrayList<>();
    private final List<Optional<String>> users = new CopyOnWriteArrayList<>();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private volatile Optional<Fault> fault = Optional.empty();

    StoredDocuments(String testName) {
        super(testName);
    }

    void put(String id, Map<String, Object> source) {
        documents.put(id, source);
    }

    void fail(Fault how) {
        fault = Optional.of(how);
    }

    int requests() {
        return requests.size();
    }

    List<Integer> batches() {
        return requests.stream().map(request -> request.getItems().size()).toList();
    }

    /** The fields that were asked for, of each document of the first request. */
    List<Set<String>> fieldsAsked() {
        return requests.getFirst().getItems().stream().map(item -> Set.of(item.fetchSourceContext().includes())).toList();
    }

    /** The header {@code user} of each request. */
    List<Optional<String>> users() {
        return users;
    }

    int mostAtATime() {
        return most.get();
    }

    @Override
    @SuppressWarnings("unchecked")
    protected <Request extends ActionRequest, Response extends ActionResponse> void doExecute(
            ActionType<Response> action,
            Request request,
            ActionListener<Response> listener) {
        MultiGetRequest asked = (MultiGetRequest) request;
        requests.add(asked);
        users.add(Optional.ofNullable(threadPool().getThreadContext().getHeader("user")));
        switch (fault.orElse(null)) {
            case null -> {
            }
            case THROWN -> throw new OpenSearchException("not now");
            case SILENCE -> {
                return;
            }
            case REQUEST -> {
                listener.onFailure(new OpenSearchException("not now"));
                return;
            }
            case DOCUMENT -> {
            }
        }
        most.accumulateAndGet(running.incrementAndGet(), Math::max);
        threadPool().generic().execute(() -> {
            List<MultiGetItemResponse> items = new ArrayList<>();
            for (MultiGetRequest.Item item : asked.getItems()) items.add(answer(item));
            running.decrementAndGet();
            listener.onResponse((Response) new MultiGetResponse(items.toArray(MultiGetItemResponse[]::new)));
        });
    }

    private MultiGetItemResponse answer(MultiGetRequest.Item item) {
        if (fault.isPresent()) {
            return new MultiGetItemResponse(null,
                    new MultiGetResponse.Failure(item.index(), item.id(), new OpenSearchException("not this one")));
        }
        Map<String, Object> source = documents.get(item.id());
        BytesReference bytes = null;
        if (source != null) {
            Map<String, Object> part = XContentMapValues.filter(source, item.fetchSourceContext().includes(), new String[0]);
            try {
                bytes = BytesReference.bytes(XContentFactory.jsonBuilder().map(part));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return new MultiGetItemResponse(new GetResponse(new GetResult(item.index(), item.id(),
                source == null ? SequenceNumbers.UNASSIGNED_SEQ_NO : 0, source == null ? 0 : 1, source == null ? -1 : 1,
                source != null, bytes, Map.of(), Map.of())), null);
    }
}

package io.semanticsearch.plugin.reembed;

import io.semanticsearch.field.FieldConfig;
import io.semanticsearch.field.SourceText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.ExceptionsHelper;
import org.opensearch.action.admin.indices.refresh.RefreshRequest;
import org.opensearch.action.bulk.BulkItemResponse;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.bulk.BulkResponse;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.action.search.CreatePitAction;
import org.opensearch.action.search.CreatePitRequest;
import org.opensearch.action.search.DeletePitAction;
import org.opensearch.action.search.DeletePitRequest;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.index.IndexNotFoundException;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.ingest.IngestService;
import org.opensearch.search.SearchHit;
import org.opensearch.search.builder.PointInTimeBuilder;
import org.opensearch.search.builder.SearchSourceBuilder;
import org.opensearch.search.sort.ShardDocSortBuilder;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.client.Client;

/**
 * One run of a job: reads the documents that lack a vector, a batch at a time, and writes each as it is, which makes OpenSearch's own way
 * of writing embed it. A document that somebody else wrote meanwhile is left alone, for that gave it its vector. Nothing blocks: each step
 * starts the next when it is answered.
 */
final class ReembedRun {

    private static final Logger logger = LogManager.getLogger(ReembedRun.class);

    private static final int BATCH = 200;
    private static final TimeValue KEEP_ALIVE = TimeValue.timeValueMinutes(3);
    private static final TimeValue KEPT_EVERY = TimeValue.timeValueSeconds(5);
    private static final TimeValue FIRST_PAUSE = TimeValue.timeValueSeconds(1);
    private static final TimeValue LONGEST_PAUSE = TimeValue.timeValueMinutes(1);
    private static final Set<RestStatus> PASSING = Set.of(RestStatus.TOO_MANY_REQUESTS, RestStatus.SERVICE_UNAVAILABLE,
            RestStatus.GATEWAY_TIMEOUT, RestStatus.BAD_GATEWAY);

    private final Client client;
    private final String node;
    private final ReembedJob job;
    private final ReembedTask task;
    private final SourceText sourceText;
    private final QueryBuilder lacking;
    private final FieldMove move;
    private String pointInTime = "";
    private Object[] after = {};
    private long overtakenInPass;
    private TimeValue pause = FIRST_PAUSE;
    private long keptAt = System.nanoTime();

    ReembedRun(Client client, String node, ReembedJob job, ReembedTask task, FieldConfig field, QueryBuilder lacking,
            FieldMove move) {
        this.client = client;
        this.node = node;
        this.job = job;
        this.task = task;
        this.lacking = lacking;
        this.move = move;
        this.sourceText = new SourceText(field.path(), field.sourceFields());
    }

    void start() {
        pass();
    }

    /** Looks at the index as it is now. */
    private void pass() {
        if (ended()) return;
        overtakenInPass = 0;
        after = new Object[0];
        RefreshRequest refresh = new RefreshRequest(job.index());
        refresh.setParentTask(node, task.getId());
        client.admin().indices().refresh(refresh, next(refreshed -> {
            CreatePitRequest open = new CreatePitRequest(KEEP_ALIVE, false, job.index());
            client.execute(CreatePitAction.INSTANCE, open, next(opened -> {
                pointInTime = opened.getId();
                read();
            }));
        }));
    }

    private void read() {
        if (ended()) return;
        SearchSourceBuilder source = new SearchSourceBuilder().size(BATCH)
                .query(lacking)
                .pointInTimeBuilder(new PointInTimeBuilder(pointInTime).setKeepAlive(KEEP_ALIVE))
                .sort(new ShardDocSortBuilder())
                .fetchSource(true)
                .seqNoAndPrimaryTerm(true)
                .trackTotalHits(after.length == 0);
        if (after.length > 0) source.searchAfter(after);
        SearchRequest search = new SearchRequest().source(source).allowPartialSearchResults(false);
        search.setParentTask(node, task.getId());
        client.search(search, next(this::found));
    }

    private void found(SearchResponse response) {
        if (response.getHits().getTotalHits() != null) {
            ReembedProgress progress = task.progress();
            long before = progress.written() + progress.overtaken() + progress.failed();
            task.setProgress(progress.withFound(before + response.getHits().getTotalHits().value()));
        }
        SearchHit[] hits = response.getHits().getHits();
        if (hits.length == 0) {
            closePass();
            return;
        }
        after = hits[hits.length - 1].getSortValues();
        List<IndexRequest> writes = Arrays.stream(hits).filter(this::needsVector).map(this::write).toList();
        if (writes.isEmpty()) {
            read();
        } else {
            write(writes);
        }
    }

    /** Documents without a text have nothing to embed, and writing them would change nothing. */
    private boolean needsVector(SearchHit hit) {
        if (!hit.hasSource()) return false;
        return sourceText.places(hit.getSourceAsMap()).stream().anyMatch(place -> !place.text().isEmpty());
    }

    private IndexRequest write(SearchHit hit) {
        // As maps, for pipelines would make them of the bytes anyway.
        IndexRequest write = new IndexRequest(job.index()).id(hit.getId())
                .source(hit.getSourceAsMap(), MediaTypeRegistry.JSON)
                .setIfSeqNo(hit.getSeqNo())
                .setIfPrimaryTerm(hit.getPrimaryTerm())
                // The default pipeline saw the document when it was written first.
                .setPipeline(IngestService.NOOP_PIPELINE_NAME);
        if (hit.field("_routing") != null) write.routing(hit.field("_routing").getValue());
        return write;
    }

    private void write(List<IndexRequest> writes) {
        if (ended()) return;
        long start = System.nanoTime();
        BulkRequest bulk = new BulkRequest();
        writes.forEach(bulk::add);
        bulk.setParentTask(node, task.getId());
        ReembedJob.write(client.threadPool().getThreadContext(),
                () -> client.bulk(bulk, next(response -> written(writes, response, start))));
    }

    private void written(List<IndexRequest> writes, BulkResponse response, long start) {
        long done = 0;
        long overtaken = 0;
        List<ReembedProgress.Failure> failures = new ArrayList<>();
        List<IndexRequest> again = new ArrayList<>();
        Optional<String> passing = Optional.empty();
        BulkItemResponse[] items = response.getItems();
        for (int i = 0; i < items.length; i++) {
            if (!items[i].isFailed()) {
                done++;
            } else if (items[i].getFailure().getStatus() == RestStatus.CONFLICT) {
                overtaken++;
            } else if (PASSING.contains(items[i].getFailure().getStatus())) {
                again.add(writes.get(i));
                passing = Optional.of(String.valueOf(items[i].getFailureMessage()));
            } else {
                failures.add(new ReembedProgress.Failure(items[i].getId(), String.valueOf(items[i].getFailureMessage())));
            }
        }
        overtakenInPass += overtaken;
        task.setProgress(task.progress().plus(done, overtaken, failures));
        keep();
        if (passing.isPresent()) {
            task.setProgress(task.progress().waitingFor(passing.get()));
            later(pause, () -> write(again));
            pause = TimeValue.timeValueMillis(Math.min(LONGEST_PAUSE.millis(), 2 * pause.millis()));
            return;
        }
        pause = FIRST_PAUSE;
        later(throttled(writes.size(), start), this::read);
    }

    /** How long to wait, so that no more documents are written in a second than wanted. */
    private TimeValue throttled(int documents, long start) {
        if (job.throttle() == 0) return TimeValue.ZERO;
        long wanted = TimeUnit.SECONDS.toNanos(documents) / job.throttle();
        return TimeValue.timeValueNanos(Math.max(0, wanted - (System.nanoTime() - start)));
    }

    private void later(TimeValue delay, Runnable step) {
        Runnable guarded = () -> {
            try {
                step.run();
            } catch (RuntimeException e) {
                failed(e);
            }
        };
        if (delay.nanos() == 0) {
            guarded.run();
        } else {
            client.threadPool().schedule(guarded, delay, ThreadPool.Names.GENERIC);
        }
    }

    /** Documents that others wrote are looked at once more: a node that did not know the space yet may have written them. */
    private void closePass() {
        boolean again = overtakenInPass > 0;
        closePointInTime();
        if (again) {
            pass();
        } else {
            logger.info("embedding [{}] of index [{}] in space [{}]: {}", job.field(), job.index(), job.space(), task.progress());
            if (job.cutOver() && task.progress().failed() == 0) {
                move.cutOver(job.index(), job.field(), job.space(), next(moved -> task.markAsCompleted()));
            } else {
                task.markAsCompleted();
            }
        }
    }

    private boolean ended() {
        if (!task.isCancelled()) return false;
        closePointInTime();
        task.markAsCompleted();
        return true;
    }

    private void closePointInTime() {
        if (pointInTime.isEmpty()) return;
        String id = pointInTime;
        pointInTime = "";
        client.execute(DeletePitAction.INSTANCE, new DeletePitRequest(id), ActionListener.wrap(
                closed -> {},
                e -> logger.debug("the point in time of a re-embedding job stays open until it times out", e)));
    }

    /** In the cluster state it is written seldom, because every node then writes it to disk. */
    private void keep() {
        if (System.nanoTime() - keptAt < KEPT_EVERY.nanos()) return;
        keptAt = System.nanoTime();
        task.updatePersistentTaskState(task.progress(), ActionListener.wrap(
                kept -> {},
                e -> logger.debug("the progress of a re-embedding job could not be kept", e)));
    }

    private <T> ActionListener<T> next(org.opensearch.common.CheckedConsumer<T, Exception> step) {
        return ActionListener.wrap(step, this::failed);
    }

    /** What passes, a shard that is moving say, is waited for; an index that is gone ends the job. */
    private void failed(Exception e) {
        if (ended()) return;
        Throwable cause = ExceptionsHelper.unwrapCause(e);
        if (cause instanceof IndexNotFoundException) {
            task.markAsFailed(e);
            return;
        }
        logger.warn(() -> "embedding [" + job.field() + "] of index [" + job.index() + "] waits and tries again", e);
        task.setProgress(task.progress().waitingFor(String.valueOf(cause.getMessage())));
        closePointInTime();
        later(pause, this::pass);
        pause = TimeValue.timeValueMillis(Math.min(LONGEST_PAUSE.millis(), 2 * pause.millis()));
    }
}

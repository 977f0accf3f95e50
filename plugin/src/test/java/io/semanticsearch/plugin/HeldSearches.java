package io.semanticsearch.plugin;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.support.ActionFilter;
import org.opensearch.action.support.ActionFilterChain;
import org.opensearch.action.support.ActionRequestMetadata;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.common.io.stream.NamedWriteableRegistry;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.env.Environment;
import org.opensearch.env.NodeEnvironment;
import org.opensearch.plugins.ActionPlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.repositories.RepositoriesService;
import org.opensearch.script.ScriptService;
import org.opensearch.tasks.CancellableTask;
import org.opensearch.tasks.Task;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.client.Client;
import org.opensearch.watcher.ResourceWatcherService;

/** Holds searches that serve another one on their way, so that a test can look at them. */
public final class HeldSearches extends Plugin implements ActionPlugin {

    /** @param goOn lets it run */
    record Held(SearchRequest request, CancellableTask task, String opaqueId, Runnable goOn) {}

    static final List<Held> HELD = new CopyOnWriteArrayList<>();

    /** The index whose searches are held; empty for none. */
    static volatile String index = "";

    private volatile ThreadPool threads;

    @Override
    public Collection<Object> createComponents(
            Client client,
            ClusterService clusterService,
            ThreadPool threadPool,
            ResourceWatcherService resourceWatcher,
            ScriptService scripts,
            NamedXContentRegistry xContent,
            Environment environment,
            NodeEnvironment nodeEnvironment,
            NamedWriteableRegistry writeables,
            IndexNameExpressionResolver resolver,
            Supplier<RepositoriesService> repositories) {
        threads = threadPool;
        return List.of();
    }

    @Override
    public List<ActionFilter> getActionFilters() {
        return List.of(new ActionFilter() {
            @Override
            public int order() {
                return 1;
            }

            @Override
            public <Request extends ActionRequest, Response extends ActionResponse> void apply(
                    Task task,
                    String action,
                    Request request,
                    ActionRequestMetadata<Request, Response> metadata,
                    ActionListener<Response> listener,
                    ActionFilterChain<Request, Response> chain) {
                if (request instanceof SearchRequest search && List.of(search.indices()).contains(index)
                        && search.getParentTask().isSet()) {
                    ThreadContext context = threads.getThreadContext();
                    Runnable goOn = context.preserveContext(() -> chain.proceed(task, action, request, listener));
                    HELD.add(new Held(search, (CancellableTask) task, context.getHeader(Task.X_OPAQUE_ID), goOn));
                } else {
                    chain.proceed(task, action, request, listener);
                }
            }
        });
    }
}

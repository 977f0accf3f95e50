package io.semanticsearch.plugin;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.opensearch.OpenSearchException;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.support.ActionFilter;
import org.opensearch.action.support.ActionFilterChain;
import org.opensearch.action.support.ActionRequestMetadata;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.service.ClusterService;
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
import org.opensearch.tasks.Task;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.client.Client;
import org.opensearch.watcher.ResourceWatcherService;

/**
 * A plugin that writes down which actions the nodes of this process run, and for whom: as the security plugin does, it knows the user by
 * the thread context. It can forbid some.
 */
public final class RecordedActions extends Plugin implements ActionPlugin {

    /** The header that tells the user. */
    static final String USER = "test-user";

    /**
     * One action.
     *
     * @param user who runs it; empty for the node itself
     */
    record Seen(String action, Optional<String> user, ActionRequest request) {}

    private static final List<Seen> SEEN = new CopyOnWriteArrayList<>();
    private static volatile Predicate<Seen> forbidden = seen -> false;

    private volatile ThreadPool threadPool;

    static void forget() {
        SEEN.clear();
        forbidden = seen -> false;
    }

    /** From now on these fail before they start. */
    static void forbid(Predicate<Seen> actions) {
        forbidden = actions;
    }

    static List<Seen> seen(String action) {
        return SEEN.stream().filter(seen -> seen.action.equals(action)).toList();
    }

    static List<Seen> all() {
        return List.copyOf(SEEN);
    }

    @Override
    public Collection<Object> createComponents(
            Client client,
            ClusterService clusterService,
            ThreadPool threads,
            ResourceWatcherService watcher,
            ScriptService scripts,
            NamedXContentRegistry xContent,
            Environment environment,
            NodeEnvironment nodeEnvironment,
            NamedWriteableRegistry writeables,
            IndexNameExpressionResolver resolver,
            Supplier<RepositoriesService> repositories) {
        threadPool = threads;
        return List.of();
    }

    @Override
    public List<ActionFilter> getActionFilters() {
        return List.of(new ActionFilter() {

            /** Where filters that check rights are. */
            @Override
            public int order() {
                return Integer.MIN_VALUE;
            }

            @Override
            public <Request extends ActionRequest, Response extends ActionResponse> void apply(
                    Task task,
                    String action,
                    Request request,
                    ActionRequestMetadata<Request, Response> metadata,
                    ActionListener<Response> listener,
                    ActionFilterChain<Request, Response> chain) {
                Seen seen = new Seen(action, Optional.ofNullable(threadPool.getThreadContext().getHeader(USER)), request);
                SEEN.add(seen);
                if (forbidden.test(seen)) {
                    listener.onFailure(new OpenSearchException("no permission for [" + action + "]"));
                } else {
                    chain.proceed(task, action, request, listener);
                }
            }
        });
    }
}

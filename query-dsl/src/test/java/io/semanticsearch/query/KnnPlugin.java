package io.semanticsearch.query;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.settings.Setting;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.mapper.Mapper;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.plugins.MapperPlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.plugins.SearchPlugin;

/**
 * The field type and the query of the real k-NN plugin, out of its published zip, in a class loader of their own: the plugin's main class
 * would want native libraries and a whole node.
 */
public class KnnPlugin extends Plugin implements MapperPlugin, SearchPlugin {

    private static final ClassLoader LOADER = open(Path.of("target", "k-nn"));

    private static ClassLoader open(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            URL[] jars = files.filter(file -> file.toString().endsWith(".jar")).map(KnnPlugin::url).toArray(URL[]::new);
            return new URLClassLoader(jars, KnnPlugin.class.getClassLoader());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static URL url(Path file) {
        try {
            return file.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static Class<?> type(String name) throws ClassNotFoundException {
        return Class.forName(name, true, LOADER);
    }

    /** k-NN's own reading of its query. */
    static QueryBuilder parse(XContentParser parser) throws IOException {
        try {
            return (QueryBuilder) type("org.opensearch.knn.index.query.parser.KNNQueryBuilderParser")
                    .getMethod("fromXContent", XContentParser.class).invoke(null, parser);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException cause) throw cause;
            throw new IOException(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    /** What the plugin's start would tell its settings. */
    static void tell(ClusterService cluster) {
        try {
            Class<?> settings = type("org.opensearch.knn.index.KNNSettings");
            settings.getMethod("setClusterService", ClusterService.class).invoke(settings.getMethod("state").invoke(null),
                    cluster);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    @SuppressWarnings("unchecked")
    public List<Setting<?>> getSettings() {
        try {
            Class<?> settings = type("org.opensearch.knn.index.KNNSettings");
            return (List<Setting<?>>) settings.getMethod("getSettings").invoke(settings.getMethod("state").invoke(null));
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public Map<String, Mapper.TypeParser> getMappers() {
        try {
            Supplier<Object> noModels = () -> null;
            return Map.of("knn_vector",
                    (Mapper.TypeParser) type("org.opensearch.knn.index.mapper.KNNVectorFieldMapper$TypeParser")
                            .getConstructor(Supplier.class).newInstance(noModels));
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public List<QuerySpec<?>> getQueries() {
        return List.of(new QuerySpec<>("knn", KnnPlugin::read, KnnPlugin::parse));
    }

    private static QueryBuilder read(StreamInput in) throws IOException {
        try {
            return (QueryBuilder) type("org.opensearch.knn.index.query.KNNQueryBuilder").getConstructor(StreamInput.class)
                    .newInstance(in);
        } catch (ReflectiveOperationException e) {
            throw new IOException(e);
        }
    }
}

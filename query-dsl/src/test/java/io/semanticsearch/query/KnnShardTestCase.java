package io.semanticsearch.query;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.After;
import org.junit.Before;
import org.opensearch.Version;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.cluster.metadata.Metadata;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.settings.Settings;
import org.opensearch.index.mapper.MapperService;
import org.opensearch.plugins.Plugin;
import org.opensearch.test.ClusterServiceUtils;
import org.opensearch.threadpool.TestThreadPool;
import org.opensearch.threadpool.ThreadPool;

/** A shard of an index with fields of the k-NN plugin. */
public abstract class KnnShardTestCase extends QueryShardTestCase {

    private static final String MAPPING = """
            {"properties": {
              "flat": {"type": "knn_vector", "dimension": 3},
              "angle": {"type": "knn_vector", "dimension": 3,
                        "method": {"name": "hnsw", "engine": "lucene", "space_type": "cosinesimil"}},
              "same": {"type": "alias", "path": "angle"},
              "product": {"type": "knn_vector", "dimension": 3, "space_type": "innerproduct",
                          "method": {"name": "hnsw", "engine": "lucene"}},
              "floats": {"type": "knn_vector", "dimension": 3, "data_type": "float", "space_type": "cosinesimil"},
              "bytes": {"type": "knn_vector", "dimension": 3, "data_type": "byte",
                        "method": {"name": "hnsw", "engine": "lucene", "space_type": "l2"}}}}""";

    private final Class<? extends KnnPlugin> knn;
    private ThreadPool threads;
    private ClusterService cluster;

    KnnShardTestCase(Class<? extends KnnPlugin> knn) {
        this.knn = knn;
    }

    @Override
    protected Collection<Class<? extends Plugin>> getPlugins() {
        List<Class<? extends Plugin>> plugins = new ArrayList<>(super.getPlugins());
        plugins.add(knn);
        return plugins;
    }

    @Override
    protected Settings createTestIndexSettings() {
        return Settings.builder().put(super.createTestIndexSettings()).put("index.knn", true)
                .put(IndexMetadata.SETTING_VERSION_CREATED, Version.CURRENT).build();
    }

    @Override
    protected void initializeAdditionalMappings(MapperService mappers) throws IOException {
        merge(mappers, QueryPlugin.MAPPING);
        merge(mappers, MAPPING);
    }

    /** k-NN asks the node for its index settings. */
    @Before
    public void tellKnnOfTheIndex() {
        threads = new TestThreadPool(getTestName());
        IndexMetadata index = createShardContext().getIndexSettings().getIndexMetadata();
        cluster = ClusterServiceUtils.createClusterService(threads);
        ClusterServiceUtils.setState(cluster,
                ClusterState.builder(cluster.state()).metadata(Metadata.builder().put(index, false)));
        KnnPlugin.tell(cluster);
    }

    @After
    public void forgetTheIndex() {
        KnnPlugin.tell(null);
        cluster.close();
        terminate(threads);
    }
}

package io.semanticsearch.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ClusterIT {
    @Test
    void two_nodes_of_one_home_form_a_cluster() throws Exception {
        OpenSearchHome home = Assembled.copy("cluster");
        Path jdk = JdkFinder.find().home();
        List<NodeSettings> members = NodeSettings.cluster(2);
        try (NodeProcess first = NodeProcess.start(home, members.get(0), jdk);
                NodeProcess second = NodeProcess.start(home, members.get(1), jdk);
                Rest atFirst = new Rest(first);
                Rest atSecond = new Rest(second)) {
            atFirst.send("PUT", "/shared", "{\"settings\": {\"number_of_shards\": 2, \"number_of_replicas\": 1}}");
            atFirst.send("PUT", "/shared/_doc/1?refresh=true", "{\"title\": \"sea\"}");

            String health = atSecond.get("/_cluster/health?wait_for_nodes=2&wait_for_status=green&timeout=30s");
            String found = atSecond.send("POST", "/shared/_search", "{\"query\": {\"match\": {\"title\": \"sea\"}}}");

            assertTrue(health.contains("\"active_shards\":4"), health);
            assertTrue(found.contains("\"_id\":\"1\""), found);
            assertEquals("node-1\nnode-2\n", atFirst.get("/_cat/nodes?h=name&s=name"));
        }
    }
}

package io.semanticsearch.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

final class NodeSettingsTest {
    @Test
    void members_know_all_of_the_cluster_and_the_first_elects_itself() {
        SequencedMap<String, Integer> ports = new LinkedHashMap<>();
        ports.put("one", 20001);
        ports.put("two", 20002);

        NodeSettings two = NodeSettings.member("two", 9200, ports);

        assertEquals(20002, two.transportPort());
        assertEquals(
                Map.of("discovery.seed_hosts", "127.0.0.1:20001,127.0.0.1:20002", "cluster.initial_cluster_manager_nodes", "one"),
                two.settings());
    }

    @Test
    void a_cluster_has_as_many_members_as_asked_for() {
        assertEquals(List.of("node-1", "node-2", "node-3"), NodeSettings.cluster(3).stream().map(NodeSettings::name).toList());
    }

    @Test
    void refuses_a_member_that_the_cluster_does_not_have() {
        SequencedMap<String, Integer> ports = new LinkedHashMap<>(Map.of("one", 20001));

        assertRefused("node [two] is not one of the cluster [one]", () -> NodeSettings.member("two", 9200, ports));
    }

    @Test
    void refuses_a_name_that_cannot_be_a_folder() {
        assertRefused("node name [../x] must have letters, digits and [. _ -] only, and not start with one of these",
                () -> NodeSettings.single(0).withName("../x"));
    }

    @Test
    void refuses_a_heap_without_a_unit() {
        assertRefused("heap [512] must be a whole number with a unit, as in [512m] or [2g]",
                () -> NodeSettings.single(0).withHeap("512"));
    }

    @Test
    void refuses_a_port_that_does_not_exist() {
        assertRefused("HTTP port must be between 0 and 65535, got 65536", () -> NodeSettings.single(65536));
    }

    @Test
    void refuses_one_port_for_two_purposes() {
        SequencedMap<String, Integer> ports = new LinkedHashMap<>(Map.of("one", 9200));

        assertRefused("HTTP and transport cannot both listen on port 9200", () -> NodeSettings.member("one", 9200, ports));
    }

    @Test
    void refuses_settings_that_follow_from_others() {
        assertRefused("settings [http.port] follow from the name, the ports and the data path; give those instead",
                () -> NodeSettings.single(0).with("http.port", "9200"));
    }

    private static void assertRefused(String message, Runnable action) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, action::run).getMessage());
    }
}

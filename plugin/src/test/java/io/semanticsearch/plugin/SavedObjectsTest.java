package io.semanticsearch.plugin;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.Test;

/** The saved objects for OpenSearch Dashboards that the docs bring: whole, and pointing at nothing that is not there. */
public class SavedObjectsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** The form in which OpenSearch Dashboards 1 to 3 exports its objects. */
    private static final Map<String, String> MIGRATION_VERSIONS = Map.of(
            "index-pattern", "7.6.0", "search", "7.9.3", "visualization", "7.10.0", "dashboard", "7.9.3");

    /** Attributes that hold JSON in a string. */
    private static final Set<String> NESTED = Set.of("fields", "searchSourceJSON", "visState", "uiStateJSON", "optionsJSON",
            "panelsJSON");

    private static Map<String, JsonNode> objects() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("..", "docs", "dashboards", "notes.ndjson"));
        Map<String, JsonNode> objects = new LinkedHashMap<>();
        for (String line : lines.subList(0, lines.size() - 1)) {
            JsonNode object = JSON.readTree(line);
            objects.put(object.get("type").asText() + ":" + object.get("id").asText(), object);
        }
        JsonNode summary = JSON.readTree(lines.getLast());
        assertEquals(lines.size() - 1, objects.size());
        assertEquals(objects.size(), summary.get("exportedCount").asInt());
        assertEquals(0, summary.get("missingRefCount").asInt());
        return objects;
    }

    @Test
    public void eachKindIsThereInAFormThatDashboardsKnows() throws IOException {
        Set<String> kinds = new TreeSet<>();
        for (JsonNode object : objects().values()) {
            String type = object.get("type").asText();
            kinds.add(type);
            assertEquals(JSON.createObjectNode().put(type, MIGRATION_VERSIONS.get(type)), object.get("migrationVersion"));
            assertTrue(object.toString(), object.at("/attributes/title").asText().length() > 3);
        }
        assertEquals(new TreeSet<>(MIGRATION_VERSIONS.keySet()), kinds);
    }

    @Test
    public void whatAnObjectNamesIsReferredToAndThere() throws IOException {
        Map<String, JsonNode> objects = objects();
        objects.forEach((key, object) -> {
            Map<String, String> references = new TreeMap<>();
            for (JsonNode reference : object.get("references")) {
                String target = reference.get("type").asText() + ":" + reference.get("id").asText();
                assertTrue(key + " refers to " + target, objects.containsKey(target));
                references.put(reference.get("name").asText(), target);
            }
            Set<String> named = new TreeSet<>();
            names(object.get("attributes"), named);
            assertEquals(key, named, references.keySet());
        });
    }

    /** Every name by which an object, or JSON inside its strings, points at a reference. */
    private static void names(JsonNode node, Set<String> found) {
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            JsonNode value = field.getValue();
            if (field.getKey().endsWith("RefName")) found.add(value.asText());
            if (NESTED.contains(field.getKey())) value = read(value.asText());
            names(value, found);
        }
        if (node.isArray()) node.forEach(each -> names(each, found));
    }

    private static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new AssertionError("no JSON: " + json, e);
        }
    }

    @Test
    public void everyFieldThatIsUsedIsInTheIndexPattern() throws IOException {
        Map<String, JsonNode> objects = objects();
        JsonNode pattern = objects.get("index-pattern:semantic-notes");
        Map<String, JsonNode> fields = new TreeMap<>();
        for (JsonNode field : read(pattern.at("/attributes/fields").asText())) fields.put(field.get("name").asText(), field);
        assertEquals("date", fields.get(pattern.at("/attributes/timeFieldName").asText()).get("type").asText());
        assertEquals("embedding", fields.get("meaning").at("/esTypes/0").asText());
        int used = 0;
        for (JsonNode object : objects.values()) {
            for (JsonNode column : object.at("/attributes/columns")) {
                assertTrue(column.asText(), fields.containsKey(column.asText()));
                used++;
            }
            if (!object.get("type").asText().equals("visualization")) continue;
            for (JsonNode aggregation : read(object.at("/attributes/visState").asText()).get("aggs")) {
                if (aggregation.at("/params/field").isMissingNode()) continue;
                assertTrue(aggregation.toString(),
                        fields.get(aggregation.at("/params/field").asText()).get("aggregatable").asBoolean());
                used++;
            }
        }
        assertTrue(used >= 5);
    }

    @Test
    public void theDashboardShowsEachOfItsPanelsOnce() throws IOException {
        JsonNode dashboard = objects().get("dashboard:semantic-notes-dashboard");
        Set<String> shown = new TreeSet<>();
        for (JsonNode panel : read(dashboard.at("/attributes/panelsJSON").asText())) {
            assertTrue(shown.add(panel.get("panelRefName").asText()));
            assertEquals(panel.get("panelIndex"), panel.at("/gridData/i"));
            assertTrue("within the grid", panel.at("/gridData/x").asInt() + panel.at("/gridData/w").asInt() <= 48);
        }
        assertEquals(3, shown.size());
    }
}

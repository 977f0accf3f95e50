package io.semanticsearch.plugin.models;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.lucene.tests.util.LuceneTestCase.SuppressFileSystems;
import org.opensearch.common.io.stream.BytesStreamOutput;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.xcontent.DeprecationHandler;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.ToXContent;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.test.OpenSearchTestCase;

/** The definitions on their way to other nodes, to disk and to snapshots, and what becomes of those that another version wrote. */
@SuppressFileSystems("*") // they cannot map a file
public class ModelsMetadataTests extends OpenSearchTestCase {

    private static final String OTHER = "the cluster state holds models in format [%s], this node reads [1]: the nodes run different"
            + " versions of the plugin; finish the upgrade";

    private static ModelsMetadata some() {
        Path models = createTempDir();
        StaticModelFolder folder = StaticModelFolder.write(models, "colours", 5);
        return new ModelsMetadata(Map.of("colours", folder.define("keep_alive", "1h", "dimensions", 3)));
    }

    private static ModelsMetadata parse(String json) throws IOException {
        try (XContentParser parser = JsonXContent.jsonXContent.createParser(NamedXContentRegistry.EMPTY,
                DeprecationHandler.THROW_UNSUPPORTED_OPERATION, json)) {
            return ModelsMetadata.fromXContent(parser);
        }
    }

    public void testComeBackAsTheyWere() throws IOException {
        ModelsMetadata models = some();
        BytesStreamOutput out = new BytesStreamOutput();
        models.writeTo(out);
        assertEquals(models, new ModelsMetadata(out.bytes().streamInput()));
        try (XContentBuilder json = JsonXContent.contentBuilder().startObject()) {
            models.toXContent(json, ToXContent.EMPTY_PARAMS).endObject();
            assertEquals(models, parse(json.toString()));
        }
    }

    public void testThoseOfAnotherVersionAreRefusedByName() throws IOException {
        BytesStreamOutput out = new BytesStreamOutput();
        out.writeVInt(2);
        assertEquals(OTHER.replace("%s", "2"), expectThrows(IllegalArgumentException.class,
                () -> new ModelsMetadata(out.bytes().streamInput())).getMessage());
        assertEquals(OTHER.replace("%s", "2"), expectThrows(IllegalArgumentException.class,
                () -> parse("{\"format\": 2, \"models\": []}")).getMessage());
        assertEquals(OTHER.replace("%s", "null"), expectThrows(IllegalArgumentException.class,
                () -> parse("{\"models\": {}}")).getMessage());
    }
}

package io.semanticsearch.plugin;

import static org.hamcrest.Matchers.containsString;

import io.semanticsearch.embedding.Role;
import io.semanticsearch.onnx.graph.ColourModel;
import io.semanticsearch.plugin.transport.EmbedAction;
import io.semanticsearch.plugin.transport.ModelRequest;
import io.semanticsearch.plugin.transport.PutModelAction;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.apache.lucene.tests.util.LuceneTestCase.SuppressFileSystems;
import org.junit.AfterClass;
import org.opensearch.ExceptionsHelper;
import org.opensearch.action.bulk.BulkItemResponse;
import org.opensearch.action.bulk.BulkRequestBuilder;
import org.opensearch.client.Request;
import org.opensearch.client.ResponseException;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.plugins.Plugin;
import org.opensearch.test.OpenSearchIntegTestCase.ClusterScope;
import org.opensearch.test.OpenSearchIntegTestCase.Scope;
import org.opensearch.transport.client.Client;
import org.opensearch.transport.Netty4ModulePlugin;

/** Pictures in two nodes, of which one runs the model: texts find the pictures of their colours, and so do pictures. */
@SuppressFileSystems("*") // they cannot map a file
@ClusterScope(scope = Scope.TEST, numDataNodes = 0, numClientNodes = 0, supportsDedicatedMasters = false)
public class PicturesIT extends SemanticIntegTestCase {

    private static Path config;

    @Override
    protected Path nodeConfigPath(int nodeOrdinal) {
        if (config == null) config = writeModels();
        return config;
    }

    @AfterClass
    public static void forget() {
        config = null;
    }

    @Override
    protected boolean addMockHttpTransport() {
        return false;
    }

    @Override
    protected Collection<Class<? extends Plugin>> nodePlugins() {
        List<Class<? extends Plugin>> plugins = new ArrayList<>(super.nodePlugins());
        plugins.add(Netty4ModulePlugin.class);
        return plugins;
    }

    /** Netty takes one number of processors for all nodes of a process. */
    @Override
    protected Settings nodeSettings(int ordinal) {
        return Settings.builder().put(super.nodeSettings(ordinal)).put("node.processors", 1).build();
    }

    private static Path writeModels() {
        try {
            Path folder = createTempDir();
            ColourModel.CLIP.write(folder.resolve("semantic-search/models/colours"));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void define() {
        Map<String, Object> defined = client().execute(PutModelAction.TYPE,
                new ModelRequest("colours", Map.of("provider", "local", "model", "file:colours"))).actionGet().body();
        assertEquals(ColourModel.DIMENSION, defined.get("dimension"));
        assertThat(defined.get("notes").toString(), containsString("reads images, too, resized to [8] x [8] pixels"));
    }

    private static void album(Client client, String index) {
        client.admin().cluster().preparePutPipeline("pictures", new BytesArray("""
                {"processors": [{"embed": {"model": "colours", "ignore_missing": true,
                  "fields": {"meaning": {"source": "photo", "type": "image"}}}}]}"""), XContentType.JSON).get();
        BulkRequestBuilder bulk = client.prepareBulk();
        bulk.add(client.prepareIndex(index).setPipeline("pictures").setId("red").setSource("photo", picture(Color.RED, "png")));
        bulk.add(client.prepareIndex(index).setPipeline("pictures").setId("torn").setSource("photo",
                picture(Color.RED, "png").substring(0, 80)));
        bulk.add(client.prepareIndex(index).setPipeline("pictures").setId("green").setSource("photo",
                "data:image/png;base64," + picture(Color.GREEN, "png")));
        bulk.add(client.prepareIndex(index).setPipeline("pictures").setId("words").setSource("photo", "not a picture at all"));
        bulk.add(client.prepareIndex(index).setPipeline("pictures").setId("blue").setSource("photo", picture(Color.BLUE, "jpg")));
        bulk.add(client.prepareIndex(index).setPipeline("pictures").setId("none").setSource("title", "no picture"));
        BulkItemResponse[] items = bulk.get().getItems();
        for (BulkItemResponse item : items) {
            boolean bad = List.of("torn", "words").contains(item.getId());
            assertEquals(item.getId() + " " + item.getFailureMessage(), bad, item.isFailed());
        }
        assertEquals(RestStatus.BAD_REQUEST, items[1].getFailure().getStatus());
        assertThat(items[1].getFailureMessage(),
                containsString("[meaning] cannot be embedded: the PNG image ends in the middle"));
        assertEquals(RestStatus.BAD_REQUEST, items[3].getFailure().getStatus());
        assertThat(items[3].getFailureMessage(), containsString("is no base64: [not a picture at all]"));
        client.admin().indices().prepareRefresh(index).get();
    }

    private void createAlbum(String index) {
        createIndex(index, 2, 0, """
                {"properties": {"photo": {"type": "keyword", "index": false, "doc_values": false},
                  "meaning": {"type": "embedding", "model": "colours"}}}""");
    }

    public void testTextsAndPicturesFindPictures() {
        internalCluster().startNode();
        define();
        createAlbum("album");
        album(client(), "album");
        assertFound(client());
        Exception refused = expectThrows(Exception.class, () -> semantic(client(), "album", "{\"image\": \"AQID\"}"));
        assertEquals(RestStatus.BAD_REQUEST, ExceptionsHelper.status(refused));
        assertThat(refused.toString() + ExceptionsHelper.unwrapCause(refused), containsString("expected a PNG or a JPEG"));
    }

    private static void assertFound(Client client) {
        for (String colour : List.of("red", "green", "blue")) {
            assertEquals(colour, ids(semantic(client, "album", "{\"query\": \"a %s square\", \"k\": 1}".formatted(colour)))
                    .getFirst());
        }
        assertEquals(List.of("green"), ids(semantic(client, "album",
                "{\"image\": \"%s\", \"min_similarity\": 0.9}".formatted(picture(new Color(10, 200, 5), "jpg")))));
    }

    public void testPicturesGoToTheNodeThatRunsTheModel() {
        internalCluster().startNode();
        String without = internalCluster().startNode(Settings.builder().put("plugins.semantic.local.enabled", false).build());
        define();
        createAlbum("album");
        Client client = internalCluster().client(without);
        album(client, "album");
        assertFound(client);
        List<?> vectors = (List<?>) client.execute(EmbedAction.TYPE, embed("colours",
                Base64.getDecoder().decode(picture(Color.RED, "png")))).actionGet().body().get("embeddings");
        assertEquals(1, vectors.size());
        assertArrayEquals(new float[]{0.5f, 0.5f, 0.5f, 0.5f}, (float[]) vectors.getFirst(), 1e-3f);
    }

    public void testWhatIsNoPictureOrAModelOfTextsIsRefused() {
        internalCluster().startNode();
        define();
        Exception torn = expectThrows(Exception.class,
                () -> client().execute(EmbedAction.TYPE, embed("colours", new byte[]{1, 2, 3})).actionGet());
        assertEquals(RestStatus.BAD_REQUEST, ExceptionsHelper.status(torn));
        assertThat(torn.getMessage(), containsString("[images] [0] cannot be embedded: the image is of an unknown format"));
        Exception texts = expectThrows(Exception.class,
                () -> client().execute(EmbedAction.TYPE, embed(BUILT_IN, new byte[]{1, 2, 3})).actionGet());
        assertEquals(RestStatus.BAD_REQUEST, ExceptionsHelper.status(texts));
        assertThat(texts.getMessage(), containsString("reads no images"));
    }

    public void testPicturesAreEmbeddedOverHttp() throws IOException {
        internalCluster().startNode();
        define();
        String red = picture(Color.RED, "png");
        String both = post("{\"model\": \"colours\", \"images\": [\"%s\", \"data:image/png;base64,%s\"]}".formatted(red, red));
        assertThat(both, containsString("\"embeddings\":[[0.5,0.5,0.5,0.5],[0.5,0.5,0.5,0.5]]"));
        assertThat(post("{\"model\": \"colours\", \"input\": \"red\"}"), containsString("\"embeddings\":[[0.5,0.5,0.5,0.5]]"));
        assertRefused("[images] [1]: the image is no base64: [not a picture]",
                "{\"model\": \"colours\", \"images\": [\"%s\", \"not a picture\"]}".formatted(red));
        assertRefused("both [input] and [images] are given", "{\"model\": \"colours\", \"input\": \"red\", \"images\": []}");
        assertRefused("[images] [0] cannot be embedded: the image is empty", "{\"model\": \"colours\", \"images\": \"\"}");
    }

    private static String post(String body) throws IOException {
        Request request = new Request("POST", "/_plugins/_semantic/api/embed");
        request.setJsonEntity(body);
        return new String(getRestClient().performRequest(request).getEntity().getContent().readAllBytes(),
                StandardCharsets.UTF_8);
    }

    private static void assertRefused(String why, String body) {
        ResponseException refused = expectThrows(ResponseException.class, () -> post(body));
        assertEquals(400, refused.getResponse().getStatusLine().getStatusCode());
        assertThat(refused.getMessage(), containsString(why));
    }

    private static EmbedAction.Request embed(String model, byte[] image) {
        return new EmbedAction.Request(Optional.of(model), List.of(), List.of(image), Role.DOCUMENT, OptionalInt.empty(), true,
                Optional.empty());
    }

    private static String picture(Color colour, String format) {
        BufferedImage image = new BufferedImage(24, 16, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < 16; y++) for (int x = 0; x < 24; x++) image.setRGB(x, y, colour.getRGB());
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(file)) {
            assertTrue(ImageIO.write(image, format, out));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Base64.getEncoder().encodeToString(file.toByteArray());
    }
}

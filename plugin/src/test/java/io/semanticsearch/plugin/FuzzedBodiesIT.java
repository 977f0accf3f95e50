package io.semanticsearch.plugin;

import io.semanticsearch.fuzz.Mutations;
import io.semanticsearch.fuzz.Trials;
import io.semanticsearch.plugin.rest.RestEmbed;
import io.semanticsearch.plugin.rest.RestModels;
import io.semanticsearch.plugin.rest.RestOpenAiEmbeddings;
import io.semanticsearch.plugin.rest.RestReembed;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.opensearch.ExceptionsHelper;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.rest.AbstractRestChannel;
import org.opensearch.rest.BytesRestResponse;
import org.opensearch.rest.RestHandler;
import org.opensearch.rest.RestRequest;
import org.opensearch.rest.RestResponse;
import org.opensearch.test.OpenSearchIntegTestCase.ClusterScope;
import org.opensearch.test.rest.FakeRestRequest;
import org.opensearch.transport.client.node.NodeClient;

/** Bodies that are almost right are answered, or refused with a status that begins with 4; never anything else. On a real node. */
@ClusterScope(numDataNodes = 1, supportsDedicatedMasters = false)
public class FuzzedBodiesIT extends SemanticIntegTestCase {

    private static final int INPUTS = 3_000;

    private static final List<String> EMBED = List.of(
            """
                    {"model": "built-in:english-small", "input": ["a flat tyre", "", "bread"], "input_type": "document", "dimensions": 128,
                     "truncate": true, "keep_alive": "5m", "options": {"num_ctx": 2048}}""",
            """
                    {"input": "how do I fix a flat tyre", "input_type": "query", "truncate": false, "keep_alive": 300}""", """
                    {"images": ["iVBORw0KGgo=", "data:image/png;base64,iVBORw0KGgo="], "keep_alive": "-1"}""");

    private static final List<String> OPENAI = List.of(
            """
                    {"model": "built-in:english-small", "input": ["a flat tyre", ""], "encoding_format": "base64", "dimensions": 64, "user": "u"}""",
            """
                    {"input": "a flat tyre", "encoding_format": "float", "input_type": "query"}""");

    private static final List<String> REEMBED = List.of("""
            {"field": "meaning", "throttle": 500, "model": "built-in:english-small", "cutover": "manual"}""", """
            {"cutover": "auto", "throttle": 0}""", "{}");

    /** What was answered, once it was. */
    private static final class Answered extends AbstractRestChannel {

        private final java.util.concurrent.CompletableFuture<RestResponse> response = new java.util.concurrent.CompletableFuture<>();

        Answered(RestRequest request) {
            super(request, true);
        }

        @Override
        public void sendResponse(RestResponse sent) {
            response.complete(sent);
        }
    }

    /** A body is refused by an exception, which the node turns into an answer, or by an answer. */
    private void post(RestHandler handler, String path, Map<String, String> parameters, String body) throws Exception {
        RestRequest request = new FakeRestRequest.Builder(NamedXContentRegistry.EMPTY).withMethod(RestRequest.Method.POST)
                .withPath(path).withParams(new java.util.HashMap<>(parameters))
                .withContent(new BytesArray(body), MediaTypeRegistry.JSON).build();
        Answered channel = new Answered(request);
        handler.handleRequest(request, channel, internalCluster().getInstance(NodeClient.class));
        RestResponse response;
        try {
            response = channel.response.get(20, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("no answer", e);
        }
        String text = ((BytesRestResponse) response).content().utf8ToString();
        if (response.status() == RestStatus.OK) {
            createParser(JsonXContent.jsonXContent, text).map();
        } else {
            throw new OpenSearchStatusException(text, response.status());
        }
    }

    private static boolean isBadRequest(Throwable e) {
        int status = ExceptionsHelper.status(e).getStatus();
        return e instanceof Exception && status >= 400 && status < 500;
    }

    private void fuzz(long salt, List<String> valid, Predicate<Throwable> refusals, Trials.Target<String> target) {
        Mutations mutations = new Mutations(salt);
        new Trials().run(INPUTS, () -> mutations.ofJson(mutations.of(valid)), refusals, target);
    }

    public void testEmbed() {
        RestHandler handler = new RestEmbed();
        fuzz(101, EMBED, FuzzedBodiesIT::isBadRequest, body -> post(handler, "/_plugins/_semantic/api/embed", Map.of(), body));
    }

    public void testOpenAiEmbeddings() {
        RestHandler handler = new RestOpenAiEmbeddings();
        fuzz(102, OPENAI, FuzzedBodiesIT::isBadRequest,
                body -> post(handler, "/_plugins/_semantic/v1/embeddings", Map.of(), body));
    }

    /** In an index that is not there, which is found out when the body was read: a job for each input would take days. */
    public void testReembed() {
        RestHandler handler = new RestReembed();
        fuzz(103, REEMBED, FuzzedBodiesIT::isBadRequest, body -> {
            try {
                post(handler, "/_plugins/_semantic/reembed/none", Map.of("index", "none"), body);
            } catch (OpenSearchStatusException e) {
                if (e.status() != RestStatus.NOT_FOUND) throw e;
            }
        });
    }

    private void refused(String message, String body) {
        for (RestHandler handler : List.of(new RestEmbed(), new RestOpenAiEmbeddings())) {
            Exception refused = expectThrows(Exception.class, () -> post(handler, "/", Map.of(), body));
            assertTrue(refused.toString(), isBadRequest(refused));
            assertTrue(refused.getMessage(), refused.getMessage().contains(message));
        }
    }

    /** Once an array of two billion numbers was made for a text that means nothing. */
    public void testDimensionsAreCheckedBeforeAnythingIsEmbedded() {
        refused("[dimensions] is [2147483647]; expected 1 to 256", "{\"input\": \"\", \"dimensions\": 2147483647}");
    }

    /** Once a server error. */
    public void testABodyThatTheParserWillNotReadIsABadRequest() {
        refused("the body cannot be read: ", "{\"input\": " + "9".repeat(1_500) + "}");
        refused("the body cannot be read: ", "{\"input\": " + "[".repeat(2_000) + "]".repeat(2_000) + "}");
    }

    /** Once taken for true. */
    public void testTruncateIsYesOrNo() {
        Exception refused = expectThrows(IllegalArgumentException.class,
                () -> post(new RestEmbed(), "/", Map.of(), "{\"input\": \"x\", \"truncate\": \"no\"}"));
        assertEquals("[truncate] is [no]; expected true or false", refused.getMessage());
    }

    public void testItemsOfARequestAreBounded() {
        refused("[input] holds [10001] texts; send at most [", "{\"input\": [" + "\"x\",".repeat(10_000) + "\"x\"]}");
        Exception refused = expectThrows(Exception.class, () -> post(new RestOpenAiEmbeddings(), "/", Map.of(),
                "{\"input\": [" + "\"x\",".repeat(2_048) + "\"x\"]}"));
        assertTrue(refused.getMessage(),
                refused.getMessage().contains("[input] holds [2049] texts; send at most [2048] at a time"));
    }

    public void testADefinitionIsSmall() {
        RestRequest put = new FakeRestRequest.Builder(NamedXContentRegistry.EMPTY).withMethod(RestRequest.Method.PUT)
                .withPath("/").withParams(new java.util.HashMap<>(Map.of("id", "large")))
                .withContent(new BytesArray("{\"provider\": \"local\", \"model\": \"" + "x".repeat(1 << 16) + "\"}"),
                        MediaTypeRegistry.JSON)
                .build();
        IllegalArgumentException refused = expectThrows(IllegalArgumentException.class, () -> new RestModels().handleRequest(put,
                new Answered(put), internalCluster().getInstance(NodeClient.class)));
        assertTrue(refused.getMessage(), refused.getMessage().contains("bytes, expected at most [65536]"));
    }

    /** Once a server error. */
    public void testWhatIsNullIsLeftOut() throws Exception {
        post(new RestOpenAiEmbeddings(), "/", Map.of(), """
                {"input": "x", "model": null, "encoding_format": null, "dimensions": null, "user": null, "input_type": null}""");
        post(new RestEmbed(), "/", Map.of(),
                """
                        {"input": "x", "model": null, "images": null, "dimensions": null, "truncate": null, "keep_alive": null, "options": null}""");
    }

    /** A handler that takes the number of dimensions for one that it can make. */
    public void testAPlantedMistakeIsFound() {
        AssertionError found = expectThrows(AssertionError.class, () -> fuzz(101, EMBED, FuzzedBodiesIT::isBadRequest, body -> {
            Object dimensions = createParser(JsonXContent.jsonXContent, body).map().get("dimensions");
            if (dimensions instanceof String) throw new IllegalArgumentException("[dimensions] is text");
            if (dimensions instanceof Integer number) assertTrue(new float[number].length >= 0);
        }));
        assertNotNull(found.getCause());
    }
}

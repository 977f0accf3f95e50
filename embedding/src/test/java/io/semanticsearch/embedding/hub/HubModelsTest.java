package io.semanticsearch.embedding.hub;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.hub.LoopbackHub.Seen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a copy is, and when it is made. */
@Timeout(120)
class HubModelsTest {

    private static final String COMMIT = "a".repeat(40);

    @TempDir
    private Path folder;
    private LoopbackHub server;

    @BeforeEach
    void start() throws IOException {
        server = new LoopbackHub();
        server.addModel();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void a_copy_has_what_it_takes_to_run_the_model_and_nothing_else() throws IOException {
        HubCopy copy = fetch(server.options(), LoopbackHub.MAIN);
        assertEquals(COMMIT, copy.commit());
        assertEquals(folder.resolve("acme/tiny-embed").resolve(COMMIT), copy.folder());
        List<String> names = List.of("1_Pooling/config.json", "config.json", "model.safetensors", "modules.json",
                "onnx/model.onnx",
                "tokenizer.json");
        assertEquals(names, files(copy.folder()));
        for (String name : names) {
            assertArrayEquals(server.files.get(name), Files.readAllBytes(copy.folder().resolve(name)), name);
        }
        assertFalse(Files.exists(folder.resolve("acme/tiny-embed/parts")), "nothing is left of the fetch");
    }

    @Test
    void requests_ask_for_the_commit_and_name_their_sender() {
        fetch(server.options(), LoopbackHub.MAIN);
        Seen first = server.seen.getFirst();
        assertEquals("/api/models/acme/tiny-embed/revision/main", first.path());
        assertTrue(server.seen.stream().filter(request -> request.path().contains("/resolve/"))
                .allMatch(request -> request.path().startsWith("/acme/tiny-embed/resolve/" + COMMIT + "/")));
        assertTrue(server.seen.stream().allMatch(request -> request.header("User-Agent").orElse("").equals("test-agent")));
        assertTrue(server.storageRequests().stream()
                .allMatch(request -> request.header("Accept-Encoding").orElse("").equals("identity")));
        assertEquals(2, server.storageRequests().size());
    }

    @Test
    void what_is_on_disk_needs_no_endpoint() {
        HubCopy first = fetch(server.options(), LoopbackHub.MAIN);
        server.close();
        assertEquals(first, fetch(server.options(), LoopbackHub.MAIN));
        HubReference pinned = new HubReference(LoopbackHub.REPOSITORY, COMMIT, Optional.empty());
        assertEquals(first.folder(), fetch(server.options(), pinned).folder());
        assertEquals(first, fetch(offline(), LoopbackHub.MAIN));
    }

    @Test
    void offline_what_is_not_on_disk_is_refused_without_a_request() {
        try (HubModels hub = new HubModels(folder, offline())) {
            assertEquals(Optional.empty(), hub.find(LoopbackHub.MAIN));
            for (HubReference reference : List.of(LoopbackHub.MAIN,
                    new HubReference(LoopbackHub.REPOSITORY, COMMIT, Optional.empty()))) {
                Exception e = assertThrows(EmbeddingException.BadRequest.class,
                        () -> hub.fetch(reference, new CompletableFuture<>()));
                assertEquals(reference
                        + " is not complete on this node, and this node makes no requests for models; allow them, or copy"
                        + " the model to the models folder and name that", e.getMessage());
            }
        }
        assertEquals(List.of(), server.seen);
    }

    @Test
    void a_branch_means_what_it_meant_until_it_is_refreshed() {
        HubCopy old = fetch(server.options(), LoopbackHub.MAIN);
        server.revisions.put("main", "b".repeat(40));
        server.add("model.safetensors", 310_000);
        assertEquals(old, fetch(server.options(), LoopbackHub.MAIN));
        try (HubModels hub = new HubModels(folder, server.options())) {
            HubCopy refreshed = hub.refresh(LoopbackHub.MAIN, new CompletableFuture<>());
            assertEquals("b".repeat(40), refreshed.commit());
            assertEquals(Optional.of(refreshed), hub.find(LoopbackHub.MAIN));
        }
        HubReference pinned = new HubReference(LoopbackHub.REPOSITORY, COMMIT, Optional.empty());
        assertEquals(old.folder(), fetch(offline(), pinned).folder(), "who still uses the old copy keeps it");
    }

    @Test
    void a_branch_with_a_slash_is_one_part_of_the_address() {
        server.revisions.put("refs/pr/1", "c".repeat(40));
        HubReference branch = new HubReference(LoopbackHub.REPOSITORY, "refs/pr/1", Optional.empty());
        assertEquals("c".repeat(40), fetch(server.options(), branch).commit());
        assertEquals("/api/models/acme/tiny-embed/revision/refs%2Fpr%2F1", server.seen.getFirst().path());
        assertEquals("c".repeat(40), fetch(offline(), branch).commit());
    }

    @Test
    void another_onnx_file_is_added_to_the_copy_of_the_same_commit() throws IOException {
        HubCopy usual = fetch(server.options(), LoopbackHub.MAIN);
        // The branch has gone on: the file must be that of the commit that the branch was taken to mean.
        server.revisions.put("next", COMMIT);
        server.revisions.put("main", "b".repeat(40));
        server.seen.clear();
        HubReference half = new HubReference(LoopbackHub.REPOSITORY, "main", Optional.of("onnx/model_fp16.onnx"));
        HubCopy copy = fetch(server.options(), half);
        assertEquals(usual.folder(), copy.folder());
        assertArrayEquals(server.files.get("onnx/model_fp16.onnx"),
                Files.readAllBytes(copy.folder().resolve("onnx/model_fp16.onnx")));
        assertEquals(List.of("/onnx/model_fp16.onnx"), server.storageRequests().stream().map(Seen::path).toList());
        assertEquals(copy, fetch(offline(), half));
    }

    @Test
    void split_weights_come_with_what_their_index_names() throws IOException {
        server.files.remove("model.safetensors");
        server.add("model-00001-of-00002.safetensors", 5_000);
        server.add("model-00002-of-00002.safetensors", 6_000);
        server.add("model-00003-of-00003.safetensors", 7_000);
        server.files.put("model.safetensors.index.json",
                "{\"weight_map\": {\"a\": \"model-00001-of-00002.safetensors\", \"b\": \"model-00002-of-00002.safetensors\"}}"
                        .getBytes());
        List<String> names = files(fetch(server.options(), LoopbackHub.MAIN).folder());
        assertTrue(names.containsAll(List.of("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors",
                "model.safetensors.index.json")), names.toString());
        assertFalse(names.contains("model-00003-of-00003.safetensors"));
    }

    @Test
    void a_copy_with_a_file_missing_or_cut_is_none_and_only_that_file_is_fetched_again() throws IOException {
        HubCopy copy = fetch(server.options(), LoopbackHub.MAIN);
        Path weights = copy.folder().resolve("model.safetensors");
        Files.delete(weights);
        try (HubModels hub = new HubModels(folder, server.options())) {
            assertEquals(Optional.empty(), hub.find(LoopbackHub.MAIN));
            server.seen.clear();
            hub.fetch(LoopbackHub.MAIN, new CompletableFuture<>());
            assertEquals(List.of("/model.safetensors"), server.storageRequests().stream().map(Seen::path).toList());
            Files.write(weights, new byte[10]);
            assertEquals(Optional.empty(), hub.find(LoopbackHub.MAIN));
            hub.fetch(LoopbackHub.MAIN, new CompletableFuture<>());
        }
        assertArrayEquals(server.files.get("model.safetensors"), Files.readAllBytes(weights));
    }

    @Test
    void a_model_larger_than_the_bound_is_refused_before_its_weights_are_fetched() {
        server.add("model.safetensors", 900_000);
        Exception e = assertThrows(EmbeddingException.BadRequest.class, () -> fetch(server.options(), LoopbackHub.MAIN));
        assertTrue(
                e.getMessage()
                        .endsWith("bytes or more, and only [1048576] may be fetched; raise the bound or choose a smaller model"),
                e.getMessage());
        assertEquals(List.of(), server.storageRequests());
    }

    @Test
    void a_model_larger_than_the_disk_is_refused_before_its_weights_are_fetched() {
        server.list = root -> {
            root.path("siblings").forEach(file -> {
                if (file.path("rfilename").asText().equals("model.safetensors")) {
                    ((ObjectNode) file.path("lfs")).put("size", 1L << 60);
                }
            });
            return root;
        };
        HubOptions all = server.options();
        HubOptions unbounded = new HubOptions(all.endpoint(), all.token(), false, all.proxy(), all.connectTimeout(),
                all.readTimeout(),
                all.patience(), Long.MAX_VALUE, all.userAgent());
        Exception e = assertThrows(EmbeddingException.Unavailable.class, () -> fetch(unbounded, LoopbackHub.MAIN));
        assertTrue(e.getMessage().matches(".* needs \\[\\d+] bytes more in \\[.*], where \\[\\d+] are free; make room there"),
                e.getMessage());
        assertEquals(List.of(), server.storageRequests());
    }

    private HubCopy fetch(HubOptions options, HubReference reference) {
        try (HubModels hub = new HubModels(folder, options)) {
            return hub.fetch(reference, new CompletableFuture<>());
        }
    }

    private HubOptions offline() {
        HubOptions all = server.options();
        return new HubOptions(all.endpoint(), all.token(), true, all.proxy(), all.connectTimeout(), all.readTimeout(),
                all.patience(),
                all.maxBytes(), all.userAgent());
    }

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return List.copyOf(
                    new TreeSet<>(files.filter(Files::isRegularFile).map(file -> folder.relativize(file).toString()).toList()));
        }
    }
}

package io.semanticsearch.embedding.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semanticsearch.embedding.EmbeddingException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirectoryFolderTest {

    @TempDir
    private Path root;
    private Path models;

    @BeforeEach
    void writeFiles() throws IOException {
        models = Files.createDirectories(root.resolve("models"));
        Files.createDirectories(models.resolve("m/1_Pooling"));
        Files.writeString(models.resolve("m/config.json"), "{}");
        Files.writeString(models.resolve("m/1_Pooling/config.json"), "{\"a\": 1}");
        Files.writeString(root.resolve("secret.json"), "{}");
    }

    @Test
    void files_are_found_by_their_names() throws IOException {
        ModelFolder folder = find("m");
        assertTrue(folder.has("config.json"));
        assertEquals(8, folder.size("1_Pooling/config.json"));
        assertEquals(1, folder.json("1_Pooling/config.json").orElseThrow().path("a").asInt());
        assertEquals(List.of("1_Pooling/config.json", "config.json"), folder.files());
        assertTrue(folder.json("absent.json").isEmpty());
        assertThrows(NoSuchFileException.class, () -> folder.open("absent.json"));
        assertFalse(folder.has("1_Pooling"), "a folder is no file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../secret.json", "../m/../../secret.json", "", ".", "..", "a\u0000b", "../m2/config.json"})
    void names_that_lead_out_are_not_there(String name) throws IOException {
        Files.createDirectories(models.resolve("m2"));
        Files.writeString(models.resolve("m2/config.json"), "{}");
        assertFalse(find("m").has(name));
        assertThrows(NoSuchFileException.class, () -> find("m").open(name));
    }

    @Test
    void an_absolute_name_is_not_there() {
        assertFalse(find("m").has(root.resolve("secret.json").toString()));
    }

    @Test
    void links_that_lead_out_are_not_there() throws IOException {
        Files.createSymbolicLink(models.resolve("m/link.json"), root.resolve("secret.json"));
        Files.createSymbolicLink(models.resolve("m/up"), root);
        assertFalse(find("m").has("link.json"));
        assertFalse(find("m").has("up/secret.json"));
    }

    @Test
    void a_models_folder_may_itself_be_a_link() throws IOException {
        Path link = Files.createSymbolicLink(root.resolve("link"), models);
        assertTrue(DirectoryFolder.find("file:m", link, "m").has("config.json"));
        Exception e = assertThrows(EmbeddingException.BadRequest.class, () -> DirectoryFolder.find("file:n", link, "n"));
        assertTrue(e.getMessage().contains("which has [m];"), e.getMessage());
    }

    @Test
    void a_model_that_is_a_link_out_of_the_models_folder_is_refused() throws IOException {
        Files.createSymbolicLink(models.resolve("out"), root);
        assertEquals("model [file:out]: there is no folder [out] in the models folder [" + models
                + "], which has [m, out]; put the model there, as a folder and not as a link, on each node", refusal("out"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "../models2", ".", "", "/tmp", "absent", "m/config.json"})
    void a_folder_that_is_not_there_names_those_that_are(String name) throws IOException {
        Files.createDirectories(root.resolve("models2"));
        assertEquals("model [file:" + name + "]: there is no folder [" + name + "] in the models folder [" + models
                + "], which has [m]; put the model there, as a folder and not as a link, on each node", refusal(name));
    }

    @Test
    void json_that_is_none_names_the_file() throws IOException {
        Files.writeString(models.resolve("m/modules.json"), "[{");
        Exception e = assertThrows(EmbeddingException.BrokenModel.class, () -> find("m").json("modules.json"));
        assertTrue(e.getMessage().startsWith("model [file:m]: file [modules.json] is not JSON: "), e.getMessage());
    }

    @Test
    void a_huge_json_file_is_not_read() throws IOException {
        Path huge = Files.createFile(models.resolve("m/modules.json"));
        try (FileChannel channel = FileChannel.open(huge, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(1), ModelFolder.MAX_JSON_BYTES);
        }
        Exception e = assertThrows(EmbeddingException.BrokenModel.class, () -> find("m").json("modules.json"));
        assertEquals("model [file:m]: file [modules.json] has [16777217] bytes, expected at most [16777216]", e.getMessage());
    }

    private DirectoryFolder find(String name) {
        return DirectoryFolder.find("file:" + name, models, name);
    }

    private String refusal(String name) {
        return assertThrows(EmbeddingException.BadRequest.class, () -> find(name)).getMessage();
    }
}

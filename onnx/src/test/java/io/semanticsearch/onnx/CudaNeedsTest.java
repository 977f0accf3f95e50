package io.semanticsearch.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class CudaNeedsTest {

    private static final String SHARED = "libonnxruntime_providers_shared.so";
    private static final String CUDA = "libonnxruntime_providers_cuda.so";

    @TempDir
    private Path folder;

    @Test
    void providers_that_are_not_beside_the_library_are_told() throws Exception {
        assertEquals(List.of("the library [" + folder.resolve(SHARED) + "]", "the library [" + folder.resolve(CUDA) + "]"),
                needs(Map.of()).missing(0));
        Files.writeString(folder.resolve(SHARED), "");
        assertEquals(List.of("the library [" + folder.resolve(CUDA) + "]"), needs(Map.of()).missing(0));
    }

    @Test
    void a_provider_that_was_changed_is_told_before_anything_reads_it() throws Exception {
        write("changed");
        String missing = needs(Map.of(CUDA, "ab")).missing(0).getFirst();
        assertTrue(missing.startsWith("the right library [" + folder.resolve(CUDA)
                + "], which was changed or damaged: its SHA-256 is ["), missing);
        assertTrue(missing.endsWith("], expected [ab]; install the plugin again"), missing);
    }

    @Test
    void a_provider_that_is_no_library_is_told() throws Exception {
        write("this is no library");
        assertEquals(List.of("a library [" + folder.resolve(CUDA) + "] that can be read: it is no ELF file"),
                needs(Map.of()).missing(0));
        write("x");
        assertTrue(
                needs(Map.of()).missing(0).getFirst().startsWith("a library [" + folder.resolve(CUDA) + "] that can be read: ["));
    }

    @Test
    void needed_libraries_are_read_from_the_file() throws Exception {
        Path library = Path.of(System.getProperty("java.home"), "lib", "libnio.so");
        List<String> needed = NeededLibraries.of(library);
        assertTrue(needed.contains("libjava.so"), needed.toString());
        assertTrue(needed.contains("libc.so.6"), needed.toString());
        byte[] cut = Files.readAllBytes(library);
        Files.write(folder.resolve("cut.so"), Arrays.copyOf(cut, 200));
        assertThrows(IOException.class, () -> NeededLibraries.of(folder.resolve("cut.so")));
    }

    private CudaNeeds needs(Map<String, String> hashes) {
        return new CudaNeeds(folder.resolve("libsemanticort.so"), hashes);
    }

    private void write(String content) throws IOException {
        Files.writeString(folder.resolve(SHARED), content);
        Files.writeString(folder.resolve(CUDA), content);
    }
}

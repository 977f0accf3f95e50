package io.semanticsearch.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the build has made of the libraries of every platform, also of those that this machine cannot load. */
class PackagedNativesTest {

    private static final List<String> PLATFORMS = List.of("linux-aarch64", "linux-x64", "osx-aarch64", "win-x64");

    private final Properties known = NativeLibrary.known();

    @Test
    void each_platform_has_one_library_and_the_licence_is_there() throws Exception {
        TreeSet<String> files = new TreeSet<>();
        try (Stream<Path> all = Files.walk(Natives.FOLDER)) {
            all.filter(Files::isRegularFile)
                    .forEach(file -> files.add(Natives.FOLDER.relativize(file).toString().replace('\\', '/')));
        }
        TreeSet<String> expected = new TreeSet<>(List.of("linux-aarch64/libsemanticort.so", "linux-x64/libsemanticort.so",
                "osx-aarch64/libsemanticort.dylib", "win-x64/semanticort.dll", "onnxruntime-LICENSE.txt",
                "onnxruntime-ThirdPartyNotices.txt"));
        NativeLibrary.providers(new Platform("linux-x64"), known).keySet().forEach(name -> expected.add("linux-x64/" + name));
        assertEquals(expected, files);
    }

    @Test
    void each_library_is_the_one_that_was_written_down() {
        assertEquals("1.28.0", known.getProperty("version"));
        for (String platform : PLATFORMS) {
            NativeLibrary.find(Natives.FOLDER, new Platform(platform), known);
        }
    }

    @Test
    void libraries_of_linux_have_a_private_name() throws Exception {
        for (String platform : List.of("linux-x64", "linux-aarch64")) {
            String text = new String(bytes(platform), StandardCharsets.ISO_8859_1);
            assertFalse(text.contains("\0libonnxruntime.so.1\0"), platform);
            assertEquals(text.indexOf("\0libsemanticort.so.1\0"), text.lastIndexOf("\0libsemanticort.so.1\0"), platform);
            assertTrue(text.contains("\0libsemanticort.so.1\0"), platform);
        }
    }

    @Test
    void the_library_of_macos_has_a_private_name_and_a_signature_that_fits() throws Exception {
        byte[] library = bytes("osx-aarch64");
        String text = new String(library, StandardCharsets.ISO_8859_1);
        assertFalse(text.contains("@rpath/libonnxruntime.1.dylib"));
        assertTrue(text.contains("@rpath/libsemanticort.1.dylib"));

        // The table of hashes begins with its magic number; its fields are those of CS_CodeDirectory in kern/cs_blobs.h.
        int table = text.lastIndexOf("\u00fa\u00de\u000c\u0002");
        ByteBuffer fields = ByteBuffer.wrap(library, table, library.length - table).slice().order(ByteOrder.BIG_ENDIAN);
        int hashes = fields.getInt(16);
        int pages = fields.getInt(28);
        int limit = fields.getInt(32);
        int pageSize = 1 << fields.get(39);
        assertEquals((limit + pageSize - 1) / pageSize, pages);
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (int page = 0; page < pages; page++) {
            digest.update(library, page * pageSize, Math.min(pageSize, limit - page * pageSize));
            byte[] entry = Arrays.copyOfRange(library, table + hashes + 32 * page, table + hashes + 32 * (page + 1));
            assertArrayEquals(digest.digest(), entry, "page " + page);
        }
    }

    private byte[] bytes(String platform) throws Exception {
        return Files.readAllBytes(NativeLibrary.find(Natives.FOLDER, new Platform(platform), known));
    }
}

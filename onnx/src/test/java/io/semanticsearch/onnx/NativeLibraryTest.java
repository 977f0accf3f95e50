package io.semanticsearch.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class NativeLibraryTest {

    private static final OnnxLog SILENT = (level, message, place) -> {
    };

    @TempDir
    private Path folder;

    @Test
    void platforms_are_named_as_the_folders_are() {
        assertEquals("linux-x64", Platform.of("Linux", "amd64").name());
        assertEquals("linux-aarch64", Platform.of("Linux", "aarch64").name());
        assertEquals("osx-aarch64", Platform.of("Mac OS X", "aarch64").name());
        assertEquals("osx-x64", Platform.of("Mac OS X", "x86_64").name());
        assertEquals("win-x64", Platform.of("Windows Server 2025", "amd64").name());
    }

    @Test
    void a_platform_without_a_library_is_told_with_those_that_have_one() {
        assertEquals("there is no ONNX Runtime for this platform [linux-s390x], only for "
                + "[linux-aarch64, linux-x64, osx-aarch64, win-x64]; use a model that needs none, or a remote one",
                assertThrows(OnnxUnavailableException.class,
                        () -> NativeLibrary.find(Natives.FOLDER, Platform.of("Linux", "s390x"), NativeLibrary.known()))
                        .getMessage());
    }

    @Test
    void a_missing_library_is_told() {
        OnnxUnavailableException e = assertThrows(OnnxUnavailableException.class, () -> OnnxRuntime.open(folder));
        Properties known = NativeLibrary.known();
        String platform = Platform.current().name();
        Path file = folder.resolve(platform).resolve(known.getProperty(platform + ".file"));
        assertEquals("the library of ONNX Runtime, [" + file + "], is missing; install the plugin again", e.getMessage());
    }

    @Test
    void a_library_that_was_changed_is_not_loaded() throws Exception {
        Platform platform = Platform.current();
        Properties known = NativeLibrary.known();
        Path original = NativeLibrary.find(Natives.FOLDER, platform, known);
        Path file = folder.resolve(platform.name()).resolve(original.getFileName());
        Files.createDirectories(file.getParent());
        Files.copy(original, file, StandardCopyOption.REPLACE_EXISTING);
        assertEquals(file, NativeLibrary.find(folder, platform, known));
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        String message = assertThrows(OnnxUnavailableException.class, () -> OnnxRuntime.open(folder)).getMessage();
        assertTrue(message.startsWith("the library of ONNX Runtime, [" + file + "], has the SHA-256 ["), message);
        assertTrue(message.endsWith(
                "], expected [" + known.getProperty(platform.name() + ".sha256")
                        + "]; it was changed or damaged, install the plugin again"),
                message);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void why_a_library_cannot_be_loaded_is_told() throws Exception {
        byte[] narrow = Files.readAllBytes(NativeLibrary.find(Natives.FOLDER, Platform.current(), NativeLibrary.known()));
        // EI_CLASS of the ELF header: 32 bits.
        narrow[4] = 1;
        Path file = Files.write(folder.resolve("narrow.so"), narrow);
        assertEquals("the library of ONNX Runtime, [" + file + "], cannot be loaded: " + file + ": wrong ELF class: ELFCLASS32",
                assertThrows(OnnxUnavailableException.class, () -> OnnxRuntime.openLibrary(file, SILENT)).getMessage());
        Path missing = folder.resolve("missing.so");
        assertTrue(assertThrows(OnnxUnavailableException.class, () -> OnnxRuntime.openLibrary(missing, SILENT)).getMessage()
                .contains("NoSuchFileException"));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void a_library_of_something_else_is_told() throws Exception {
        Path other = Path.of(System.getProperty("java.home"), "lib", "libnio.so");
        assertEquals("[" + other.toRealPath() + "] is no ONNX Runtime: it has no [OrtGetApiBase]",
                assertThrows(OnnxUnavailableException.class, () -> OnnxRuntime.openLibrary(other, SILENT)).getMessage());
    }
}

package io.semanticsearch.onnx;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The library of ONNX Runtime in a file. It is loaded where it lies, by its absolute path: nothing is copied to a temporary folder or
 * searched for. Once loaded it stays until the process ends, because threads of its own may still run in it.
 *
 * @param file absolute, without links
 */
record NativeLibrary(Path file, SymbolLookup symbols) {

    /**
     * Written by the build: {@code version}, and {@code file} and {@code sha256} of each platform; {@code provider.NAME} is the SHA-256 of a
     * file beside that one.
     */
    private static final String PROPERTIES = "natives.properties";
    private static final String FILE = ".file";
    private static final String SHA256 = ".sha256";
    private static final String PROVIDER = ".provider.";

    /**
     * Where the library for a platform is, after its content was checked: to load a file that is cut off would end the process.
     *
     * @param natives has a folder for each platform
     * @throws OnnxUnavailableException that says what is missing
     */
    static Path find(Path natives, Platform platform, Properties known) {
        String name = known.getProperty(platform.name() + FILE);
        if (name == null) {
            TreeSet<String> platforms = new TreeSet<>();
            known.stringPropertyNames().stream().filter(key -> key.endsWith(FILE))
                    .forEach(key -> platforms.add(key.substring(0, key.length() - FILE.length())));
            throw new OnnxUnavailableException("there is no ONNX Runtime for this platform [" + platform.name() + "], only for "
                    + platforms + "; use a model that needs none, or a remote one");
        }
        Path file = natives.resolve(platform.name()).resolve(name).toAbsolutePath().normalize();
        if (!Files.isRegularFile(file)) {
            throw new OnnxUnavailableException(
                    "the library of ONNX Runtime, [" + file + "], is missing; install the plugin again");
        }
        String expected = known.getProperty(platform.name() + SHA256);
        String found = sha256(file);
        if (found.equals(expected)) return file;
        throw new OnnxUnavailableException(
                "the library of ONNX Runtime, [" + file + "], has the SHA-256 [" + found + "], expected ["
                        + expected + "]; it was changed or damaged, install the plugin again");
    }

    /** The SHA-256 of each library that the one for a platform loads from its own folder, by its name; none for most builds. */
    static Map<String, String> providers(Platform platform, Properties known) {
        String prefix = platform.name() + PROVIDER;
        Map<String, String> providers = new TreeMap<>();
        known.stringPropertyNames().stream().filter(key -> key.startsWith(prefix))
                .forEach(key -> providers.put(key.substring(prefix.length()), known.getProperty(key)));
        return providers;
    }

    /** What the build knows of the libraries. */
    static Properties known() {
        Properties known = new Properties();
        try (InputStream in = NativeLibrary.class.getResourceAsStream(PROPERTIES)) {
            if (in == null) throw new OnnxUnavailableException("[" + PROPERTIES + "] is missing in the plugin; build it again");
            known.load(in);
            return known;
        } catch (IOException e) {
            throw new OnnxUnavailableException("[" + PROPERTIES + "] cannot be read: " + e.getMessage(), e);
        }
    }

    /** Loads it, which happens once for a file however often it is asked for. */
    @SuppressWarnings("restricted")
    static NativeLibrary load(Path file) {
        try {
            Path real = file.toRealPath();
            return new NativeLibrary(real, SymbolLookup.libraryLookup(real, Arena.global()));
        } catch (IOException e) {
            throw new OnnxUnavailableException("the library of ONNX Runtime, [" + file + "], cannot be read: " + e, e);
        } catch (IllegalArgumentException e) {
            throw new OnnxUnavailableException("the library of ONNX Runtime, [" + file + "], cannot be loaded: "
                    + NativeSystem.whyNotLoaded(file).orElse(e.getMessage()), e);
        }
    }

    static String sha256(Path file) {
        try (InputStream in = Files.newInputStream(file);
                DigestInputStream digest = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
            digest.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digest.getMessageDigest().digest());
        } catch (IOException e) {
            throw new OnnxUnavailableException("the library of ONNX Runtime, [" + file + "], cannot be read: " + e, e);
        } catch (NoSuchAlgorithmException e) {
            throw new OnnxUnavailableException("this Java has no SHA-256", e);
        }
    }
}

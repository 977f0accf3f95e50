import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A step of the build: takes the libraries of ONNX Runtime out of its Java archive, gives each a private name, and writes down what came
 * out, so that the binding loads exactly that.
 *
 * <p>The private name is needed because a process has one library of a name: if ours were loaded under the public one, the ONNX Runtime of
 * another plugin would be bound to ours, or fail to load for want of a symbol version.
 */
final class Natives {

    private static final String PUBLIC_NAME = "onnxruntime";
    /** As long as the public one, which it replaces in place. */
    private static final String PRIVATE_NAME = "semanticort";

    private static final List<Library> LIBRARIES = List.of(
            new Library("linux-x64", "lib%s.so", Natives::renamedElf),
            new Library("linux-aarch64", "lib%s.so", Natives::renamedElf),
            new Library("osx-aarch64", "lib%s.dylib", Natives::renamedMach),
            // Windows knows a library by its file name alone.
            new Library("win-x64", "%s.dll", library -> {}));

    /** The platform that graphics processors are for, and what its library loads from its own folder when they are asked for. */
    private static final String CUDA_PLATFORM = "linux-x64";
    private static final List<String> CUDA_PROVIDERS = List.of("libonnxruntime_providers_shared.so",
            "libonnxruntime_providers_cuda.so");

    private Natives() {}

    /**
     * The library of one platform.
     *
     * @param platform the folder, in the archive and here
     * @param file its file name, with a place for the name
     * @param rename gives it the private name
     */
    private record Library(String platform, String file, Rename rename) {

        String original() {
            return "ai/onnxruntime/native/" + platform + "/" + file.formatted(PUBLIC_NAME);
        }

        Path in(Path folder) {
            return folder.resolve(platform).resolve(file.formatted(PRIVATE_NAME));
        }
    }

    private interface Rename {
        void in(byte[] library);
    }

    /**
     * Arguments: archive, its version, folder of its licence, folder of the libraries, properties file; perhaps a second archive, with the
     * library for {@link #CUDA_PLATFORM} to take in place of the first one's, and its providers for graphics processors.
     */
    public static void main(String[] args) throws IOException {
        Path archive = Path.of(args[0]);
        String version = args[1];
        Path licence = Path.of(args[2]);
        Path folder = Path.of(args[3]);
        Path properties = Path.of(args[4]);
        Optional<Path> cuda = args.length > 5 ? Optional.of(Path.of(args[5])) : Optional.empty();
        if (upToDate(archive, cuda, folder, properties)) return;

        Files.deleteIfExists(properties);
        StringBuilder facts = new StringBuilder("version=" + version + "\n");
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            for (Library library : LIBRARIES) {
                if (cuda.isEmpty() || !library.platform().equals(CUDA_PLATFORM)) writeLibrary(zip, library, folder, facts);
            }
            write(folder.resolve("onnxruntime-ThirdPartyNotices.txt"), read(zip, "ThirdPartyNotices.txt"));
        }
        // What another kind of build left would go along.
        for (String provider : CUDA_PROVIDERS) Files.deleteIfExists(folder.resolve(CUDA_PLATFORM).resolve(provider));
        if (cuda.isPresent()) writeCuda(cuda.get(), folder, facts);
        write(folder.resolve("onnxruntime-LICENSE.txt"), Files.readAllBytes(licence));
        // Last, because it says that the rest is complete.
        write(properties, facts.toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void writeLibrary(ZipFile zip, Library library, Path folder, StringBuilder facts) throws IOException {
        byte[] bytes = read(zip, library.original());
        library.rename().in(bytes);
        write(library.in(folder), bytes);
        facts.append(library.platform() + ".file=" + library.in(folder).getFileName() + "\n");
        facts.append(library.platform() + ".sha256=" + sha256(bytes) + "\n");
    }

    /** The library looks for its providers by their public names, by absolute path, and no two of them are linked by name. */
    private static void writeCuda(Path archive, Path folder, StringBuilder facts) throws IOException {
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            for (Library library : LIBRARIES) {
                if (library.platform().equals(CUDA_PLATFORM)) writeLibrary(zip, library, folder, facts);
            }
            for (String provider : CUDA_PROVIDERS) {
                String original = "ai/onnxruntime/native/" + CUDA_PLATFORM + "/" + provider;
                facts.append(CUDA_PLATFORM + ".provider." + provider + "="
                        + copied(zip, original, folder.resolve(CUDA_PLATFORM).resolve(provider)) + "\n");
            }
            write(folder.resolve("onnxruntime-ThirdPartyNotices.txt"), read(zip, "ThirdPartyNotices.txt"));
        }
    }

    private static void renamedElf(byte[] library) {
        new ElfLibrary(library).rename("lib" + PUBLIC_NAME + ".so.1", "lib" + PRIVATE_NAME + ".so.1");
    }

    private static void renamedMach(byte[] library) {
        new MachLibrary(library).rename("@rpath/lib" + PUBLIC_NAME + ".1.dylib", "@rpath/lib" + PRIVATE_NAME + ".1.dylib");
    }

    private static boolean upToDate(Path archive, Optional<Path> cuda, Path folder, Path properties) throws IOException {
        if (!Files.exists(properties)) return false;
        if (Files.readString(properties).contains(".provider.") != cuda.isPresent()) return false;
        for (Library library : LIBRARIES) {
            if (!Files.exists(library.in(folder))) return false;
        }
        Path program = Path.of(System.getProperty("jdk.launcher.sourcefile"));
        long made = Files.getLastModifiedTime(properties).toMillis();
        return made > Files.getLastModifiedTime(cuda.orElse(archive)).toMillis() && made > Files.getLastModifiedTime(program).toMillis();
    }

    private static byte[] read(ZipFile zip, String name) throws IOException {
        try (InputStream in = open(zip, name)) {
            return in.readAllBytes();
        }
    }

    /** Copies a file that may be too large for the heap; gives its SHA-256. */
    private static String copied(ZipFile zip, String name, Path target) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream in = new DigestInputStream(open(zip, name), digest)) {
            Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static InputStream open(ZipFile zip, String name) throws IOException {
        ZipEntry entry = zip.getEntry(name);
        if (entry == null) throw new IOException("[" + zip.getName() + "] has no [" + name + "]");
        return zip.getInputStream(entry);
    }

    private static void write(Path file, byte[] bytes) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }

    private static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(sha256().digest(bytes));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}

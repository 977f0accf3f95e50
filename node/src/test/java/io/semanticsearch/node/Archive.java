package io.semanticsearch.node;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes zips and jars for tests, entry by entry. */
final class Archive implements AutoCloseable {
    private final ZipOutputStream zip;

    Archive(Path file) throws IOException {
        this(Files.newOutputStream(file));
    }

    private Archive(OutputStream out) {
        this.zip = new ZipOutputStream(out);
    }

    Archive add(String entry, String text) throws IOException {
        return add(entry, text.getBytes(StandardCharsets.UTF_8));
    }

    Archive add(String entry, byte[] bytes) throws IOException {
        zip.putNextEntry(new ZipEntry(entry));
        zip.write(bytes);
        zip.closeEntry();
        return this;
    }

    /** A jar whose classes are empty files: enough for all who only look at the names. */
    static byte[] jar(String... classFiles) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Archive jar = new Archive(bytes)) {
            for (String classFile : classFiles) jar.add(classFile, "");
        }
        return bytes.toByteArray();
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}

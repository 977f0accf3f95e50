package io.semanticsearch.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The npm packages [ollama] and [openai], installed from npm's registry where there is one. */
final class NpmClients {

    private static final Path SOURCES = Path.of("demo/src/test/npm");

    private final Path folder;

    private NpmClients(Path folder) {
        this.folder = folder;
    }

    /** Empty where there is no Node.js here, or the packages cannot be had; what was missing is printed. */
    static Optional<NpmClients> install(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (String file : List.of("package.json", "package-lock.json", "clients.mjs")) {
            Files.write(folder.resolve(file), Files.readAllBytes(SOURCES.resolve(file)));
        }
        NpmClients clients = new NpmClients(folder);
        try {
            clients.run("node", "--version");
            if (!Files.isDirectory(folder.resolve("node_modules/openai"))) {
                clients.run("npm", "ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", "--fetch-retries",
                        "1");
            }
            return Optional.of(clients);
        } catch (IOException e) {
            System.out.println("no npm clients here: " + e.getMessage());
            return Optional.empty();
        }
    }

    /** What the clients were given for these texts. */
    JsonNode embed(String address, String model, List<String> texts) throws IOException {
        List<String> command = new ArrayList<>(List.of("node", "clients.mjs", address, model));
        command.addAll(texts);
        return new ObjectMapper().readTree(run(command.toArray(String[]::new)));
    }

    private String run(String... command) throws IOException {
        Path errors = folder.resolve("errors.log");
        Path output = folder.resolve("output.log");
        Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectInput(new File("/dev/null"))
                .redirectOutput(output.toFile()).redirectError(errors.toFile()).start();
        try {
            if (!process.waitFor(120, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("[" + String.join(" ", command) + "] did not end within two minutes");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        if (process.exitValue() != 0) {
            throw new IOException("[" + String.join(" ", command) + "] ended with [" + process.exitValue() + "]: "
                    + Files.readString(errors));
        }
        return Files.readString(output);
    }
}

package io.semanticsearch.demo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the demo was asked to do.
 *
 * @param port HTTP port of the node
 * @param corpus JSON lines with a [text] and, if they like, [_id] and [title]; empty for the corpus that comes along
 * @param model folder of a model; empty for the built-in one
 * @param questions what to ask; empty for the questions of the corpus that comes along
 * @param stop whether to stop the node that an earlier run left, and do nothing else
 */
record DemoOptions(int port, Optional<Path> corpus, Optional<Path> model, List<String> questions, boolean stop) {

    static final String USAGE = """
            demo/run [OPTION …]
              --corpus FILE.jsonl   index this in place of the corpus that comes along; a line like {"title": "…", "text": "…"}
              --model FOLDER        embed with the static model in this folder in place of the built-in one
              --question TEXT       ask this; may be given several times
              --port PORT           HTTP port of the node, 9200 if not given
              --stop                stop the node that an earlier run left running
              --help                show this
            """;

    static DemoOptions parse(String[] arguments) {
        int port = 9200;
        Optional<Path> corpus = Optional.empty();
        Optional<Path> model = Optional.empty();
        List<String> questions = new ArrayList<>();
        boolean stop = false;
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--port" -> port = port(value(arguments, i++));
                case "--corpus" -> corpus = Optional.of(existing(value(arguments, i++), "--corpus", false));
                case "--model" -> model = Optional.of(existing(value(arguments, i++), "--model", true));
                case "--question" -> questions.add(value(arguments, i++));
                case "--stop" -> stop = true;
                default -> throw new DemoException("unknown option [" + arguments[i] + "]\n" + USAGE);
            }
        }
        return new DemoOptions(port, corpus, model, List.copyOf(questions), stop);
    }

    private static String value(String[] arguments, int option) {
        if (option + 1 < arguments.length) return arguments[option + 1];
        throw new DemoException("[" + arguments[option] + "] needs a value\n" + USAGE);
    }

    private static int port(String value) {
        try {
            int port = Integer.parseInt(value);
            if (port >= 1 && port <= 65_535) return port;
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new DemoException("[--port] is [" + value + "]; expected a number from 1 to 65535");
    }

    private static Path existing(String value, String option, boolean folder) {
        Path path = Path.of(value);
        boolean fits = folder ? Files.isDirectory(path) : Files.isRegularFile(path);
        if (fits) return path.toAbsolutePath().normalize();
        throw new DemoException("[" + option + "] is [" + value + "]; there is no such " + (folder ? "folder" : "file"));
    }
}

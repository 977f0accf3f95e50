package io.semanticsearch.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The options that follow the name of a command, each with a value.
 *
 * @param values by option, dashes included
 * @param folder what relative paths start from
 */
record CommandLine(Map<String, String> values, Path folder) {

    /**
     * Reads {@code --option value} pairs.
     *
     * @param known every option that the command has
     */
    static CommandLine parse(List<String> words, List<String> known, Path folder) {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < words.size(); i += 2) {
            String option = words.get(i);
            if (!known.contains(option))
                throw new BenchmarkException("unknown option [" + option + "]; this command knows " + known);
            if (i + 1 == words.size()) throw new BenchmarkException("[" + option + "] needs a value");
            if (values.put(option, words.get(i + 1)) != null) throw new BenchmarkException("[" + option + "] is given twice");
        }
        return new CommandLine(values, folder);
    }

    /** A folder that must be given. */
    Path requiredFolder(String option) {
        return existingFolder(option)
                .orElseThrow(
                        () -> new BenchmarkException("[" + option + "] is missing; give a folder, see benchmarks/run --help"));
    }

    /** A folder that exists, if one is given. */
    Optional<Path> existingFolder(String option) {
        String value = values.get(option);
        if (value == null) return Optional.empty();
        Path path = folder.resolve(value).toAbsolutePath().normalize();
        if (!Files.isDirectory(path)) throw new BenchmarkException("[" + option + "] is [" + path + "]; there is no such folder");
        return Optional.of(path);
    }

    /** A whole number of 1 or more. */
    int number(String option, int otherwise) {
        return number(option).orElse(otherwise);
    }

    OptionalInt number(String option) {
        String value = values.get(option);
        if (value == null) return OptionalInt.empty();
        try {
            int number = Integer.parseInt(value);
            if (number >= 1) return OptionalInt.of(number);
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new BenchmarkException("[" + option + "] is [" + value + "]; expected a whole number of 1 or more");
    }

    String text(String option, String otherwise) {
        return values.getOrDefault(option, otherwise);
    }
}

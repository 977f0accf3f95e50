package io.semanticsearch.trainer;

import java.nio.file.Path;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the user asked for.
 *
 * @param data folder of the files that the list of sources names
 * @param sources the list of sources
 * @param out folder to write; its name is the model's
 * @param evaluation folder of the sets to judge with; those that are not there are left out
 * @param compared models to judge besides, by the names that they are shown under
 * @param judgeOnly a model to judge and nothing else
 * @param sample 1 for all lines of the text, n for every nth
 * @param minutes how long the training may take, if not as long as the recipe's steps do
 */
record Options(Path data,
        Path sources,
        Path out,
        Path evaluation,
        Map<String, Path> compared,
        Optional<Path> judgeOnly,
        int sample,
        Optional<Double> minutes,
        int threads,
        Recipe recipe) {

    static final String USAGE = """
            trainer/run [OPTION …]    makes a static embedding model from text

              --data FOLDER       the text: files of JSON lines, ../shared/training if not given
              --sources FILE      the list of these files, trainer/sources.json if not given
              --out FOLDER        where the model is written, trainer/target/english-small if not given
              --sample N          use every Nth line of the text only, to try something
              --epochs X          train X times as long as the recipe says
              --minutes X         train about so long; the number of steps, which --set steps=N repeats, is printed
              --seed N            another model of the same kind
              --threads N         as many as there are processors if not given; the model does not depend on it
              --set NAME=VALUE    another number in the recipe, any number of times
              --eval FOLDER       sets to judge with, ../shared/eval if not given
              --compare FOLDER    another model to judge, any number of times; NAME=FOLDER shows it under that name
              --judge FOLDER      judge this model and make none; shows also what a least cosine does to a search
            """;

    /**
     * Reads the command line.
     *
     * @param called the folder that relative paths start from
     */
    static Options parse(List<String> words, Path called) {
        Path data = Path.of("..", "shared", "training");
        Path sources = Path.of("trainer", "sources.json");
        Path out = Path.of("trainer", "target", "english-small");
        Path evaluation = Path.of("..", "shared", "eval");
        Map<String, Path> compared = new LinkedHashMap<>();
        Optional<Path> judgeOnly = Optional.empty();
        Optional<Double> minutes = Optional.empty();
        int sample = 1;
        int threads = Runtime.getRuntime().availableProcessors();
        Recipe recipe = Recipe.DEFAULT;
        for (Iterator<String> rest = words.iterator(); rest.hasNext();) {
            String option = rest.next();
            if (!USAGE.contains("  " + option + " ")) throw new TrainerException("unknown option [" + option + "]\n" + USAGE);
            if (!rest.hasNext()) throw new TrainerException("[" + option + "] needs a value");
            String value = rest.next();
            switch (option) {
                case "--data" -> data = called.resolve(value);
                case "--sources" -> sources = called.resolve(value);
                case "--out" -> out = called.resolve(value);
                case "--eval" -> evaluation = called.resolve(value);
                case "--compare" -> {
                    String[] parts = value.split("=", 2);
                    Path folder = called.resolve(parts[parts.length - 1]);
                    compared.put(parts.length == 2 ? parts[0] : folder.getFileName().toString(), folder);
                }
                case "--judge" -> judgeOnly = Optional.of(called.resolve(value));
                case "--sample" -> sample = (int) number(option, value, 1, 1e6);
                case "--threads" -> threads = (int) number(option, value, 1, 1024);
                case "--minutes" -> minutes = Optional.of(number(option, value, 0.01, 1e5));
                case "--epochs" -> recipe = recipe.with("steps",
                        Long.toString(Math.round(recipe.steps() * number(option, value, 0, 1000))));
                case "--seed" -> recipe = recipe.with("seed", value);
                case "--set" -> {
                    String[] parts = value.split("=", 2);
                    if (parts.length < 2) throw new TrainerException("[--set] is [" + value + "], expected NAME=VALUE");
                    recipe = recipe.with(parts[0], parts[1]);
                }
                default -> throw new IllegalStateException(option);
            }
        }
        return new Options(data, sources, out.normalize(), evaluation, Collections.unmodifiableMap(compared), judgeOnly, sample,
                minutes, threads,
                recipe);
    }

    private static double number(String option, String value, double least, double most) {
        try {
            double number = Double.parseDouble(value);
            if (number >= least && number <= most) return number;
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new TrainerException("[" + option + "] is [" + value + "], expected a number from " + least + " to " + most);
    }
}

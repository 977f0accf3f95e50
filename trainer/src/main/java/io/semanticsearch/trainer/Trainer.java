package io.semanticsearch.trainer;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The entry point: reads text, learns a vocabulary, makes rows to begin with, trains them, writes the model and judges it. */
public final class Trainer {

    private static final String FLOATS = "-float";
    private static final String AS_IT_IS = "as it is";

    private final Options options;
    private final Recipe recipe;
    private final Shards shards;
    private final Progress progress;
    private final PrintStream out;

    private Trainer(Options options, Shards shards, PrintStream out) {
        this.options = options;
        this.recipe = options.recipe();
        this.shards = shards;
        this.progress = new Progress(out);
        this.out = out;
    }

    /** Run from the root of the repository, as {@code trainer/run} does. */
    public static void main(String[] arguments) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        List<String> words = Arrays.asList(arguments);
        if (words.contains("--help")) {
            out.print(Options.USAGE);
            return;
        }
        try {
            Options options = Options.parse(words, Path.of(System.getProperty("trainer.called_from", "")));
            try (Shards shards = new Shards(options.threads())) {
                new Trainer(options, shards, out).run();
            }
        } catch (TrainerException | UncheckedIOException e) {
            System.err.println("trainer: " + e.getMessage());
            System.exit(1);
        }
    }

    /** Makes a model and returns its folder. */
    static Path make(Options options, PrintStream out) throws IOException {
        try (Shards shards = new Shards(options.threads())) {
            new Trainer(options, shards, out).run();
        }
        return options.out();
    }

    private void run() throws IOException {
        if (options.judgeOnly().isPresent()) {
            judge(options.judgeOnly().get());
            return;
        }
        List<Source> sources = Source.readList(options.sources());
        TrainingText text = TrainingText.read(options.data(), sources, options.sample(), shards, progress);
        WordPieces pieces = VocabularyLearner.learn(text, recipe.vocabulary(), recipe.parts(), progress);
        Speller speller = new Speller(text, pieces, recipe, shards);
        float[] rows = StartingRows.compute(text, pieces, speller, recipe, shards, progress);
        float[] begun = rows.clone();
        Training training = new Training(text, speller, recipe, rows, shards, progress);
        int steps = recipe.steps();
        if (options.minutes().isPresent()) {
            steps = (int) Math.max(1, options.minutes().get() * 60 / training.secondsOfStep());
            progress.say("training for [" + steps + "] steps; [--set steps=" + steps + "] gives the same model again");
        }
        training.run(steps);
        for (int i = 0; i < rows.length; i++) rows[i] += recipe.begun() * begun[i];
        Recipe used = recipe.with("steps", Integer.toString(steps));
        write(pieces, rows, used, sources);
    }

    private void write(WordPieces pieces, float[] rows, Recipe used, List<Source> sources) throws IOException {
        Int8Rows rounded = Int8Rows.of(rows, used.dimension());
        new ModelWriter(options.out(), pieces, used.sizes()).bytes(rounded);
        RecordedVectors.write(options.out(), pieces, rounded, used.dimension());
        Figures figures = new Figures();
        Path floats = options.out().resolveSibling(options.out().getFileName() + FLOATS);
        new ModelWriter(floats, pieces, used.sizes()).floats(rows);
        Judge judge = Judge.of(options, sources, shards);
        String name = options.out().getFileName().toString();
        judge(judge, name, options.out(), "int8", figures);
        judge(judge, name, floats, "float32", figures);
        options.compared().forEach((other, folder) -> judge(judge, other, folder, AS_IT_IS, figures));
        ModelCard.write(options.out(), used, pieces.size(), sources, figures);
        out.print(figures.table());
        progress.say("the model is in [" + options.out() + "], " + used);
    }

    private void judge(Path model) throws IOException {
        Figures figures = new Figures();
        Judge judge = Judge.of(options, Source.readList(options.sources()), shards);
        judge(judge, model.getFileName().toString(), model, AS_IT_IS, figures);
        options.compared().forEach((other, folder) -> judge(judge, other, folder, AS_IT_IS, figures));
        out.print(figures.table());
        out.println();
        out.print(judge.thresholds(model));
    }

    private void judge(Judge judge, String name, Path model, String precision, Figures figures) {
        if (judge.hasNothing()) return;
        if (!Files.isDirectory(model)) throw new TrainerException("there is no model [" + model + "], expected its folder");
        int whole = Judge.dimension(model);
        int[] sizes = recipe.sizes();
        for (int i = sizes.length - 1; i >= 0; i--) {
            if (sizes[i] <= whole)
                figures.add(name, precision, sizes[i], judge.figures(model, sizes[i]));
        }
    }
}

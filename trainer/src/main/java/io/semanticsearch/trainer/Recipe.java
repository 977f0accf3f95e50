package io.semanticsearch.trainer;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The numbers that make a model. The defaults were chosen on the sets that the trainer judges with.
 *
 * @param seed of all that is left to chance
 * @param vocabulary tokens, at most
 * @param parts tokens that are parts of words
 * @param dimension of the rows
 * @param power of the singular values that the start is scaled with
 * @param rare the frequency at which a token starts with half its weight
 * @param steps batches to train on
 * @param pairs of a batch
 * @param neighbours passages of one neighbourhood that are put into a batch together: hard negatives
 * @param regroup how often neighbourhoods are found anew
 * @param scale of cosines in the loss
 * @param rate the highest learning rate
 * @param typo the part of a query's words that are misspelt
 * @param split the part of words that are spelt in parts although they are tokens
 * @param synonym the part of a query's words that are replaced by others of a dictionary
 * @param titled the part of passages that stand with the title of their article
 * @param kept the part of passages that keep the sentence they are looked for with
 * @param asked the part of queries that begin as questions do
 * @param begun what of the rows that training began with is added to the trained ones: they know the words of all texts, and the training
 *            forgets some of that for its own pairs
 */
record Recipe(int seed,
        int vocabulary,
        int parts,
        int dimension,
        float power,
        float rare,
        int steps,
        int pairs,
        int neighbours,
        int regroup,
        float scale,
        float rate,
        float typo,
        float split,
        float synonym,
        float titled,
        float kept,
        float asked,
        float begun) {

    static final Recipe DEFAULT = new Recipe(1, 40_000, 5_000, 256, 0.25f, 3e-4f, 18_000, 1024, 8, 4, 20, 0.005f, 0.02f, 0.04f,
            0.08f, 0.7f, 0.1f, 0.3f, 0.4f);

    /** The beginnings of a vector that are trained to stand alone: the whole, a half, a quarter. */
    int[] sizes() {
        return new int[]{dimension / 4, dimension / 2, dimension};
    }

    /** This recipe with one number changed. */
    Recipe with(String name, String value) {
        RecordComponent[] components = Recipe.class.getRecordComponents();
        Object[] values = new Object[components.length];
        boolean known = false;
        try {
            for (int i = 0; i < components.length; i++) {
                values[i] = components[i].getAccessor().invoke(this);
                if (!components[i].getName().equals(name)) continue;
                known = true;
                values[i] = components[i].getType() == int.class
                        ? (Object) Integer.parseInt(value)
                        : (Object) Float.parseFloat(value);
            }
            if (!known) throw new TrainerException("the recipe has no [" + name + "], expected one of " + names());
            Class<?>[] types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            return Recipe.class.getDeclaredConstructor(types).newInstance(values);
        } catch (NumberFormatException e) {
            throw new TrainerException("[" + name + "] is [" + value + "], expected a number");
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException failure) throw failure;
            throw new IllegalStateException(e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    static List<String> names() {
        return Arrays.stream(Recipe.class.getRecordComponents()).map(RecordComponent::getName).collect(Collectors.toList());
    }
}

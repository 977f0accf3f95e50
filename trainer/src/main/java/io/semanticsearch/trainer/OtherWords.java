package io.semanticsearch.trainer;

import io.semanticsearch.trainer.Judge.Retrieval;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Questions without the words that their passages have: what is left can be found by meaning alone. Harder than any real question, since
 * what people would have said instead is not there; for comparing models.
 */
final class OtherWords {

    private static final String SUFFIX = ", other words";
    private static final Pattern BETWEEN = Pattern.compile("[^\\p{L}\\p{N}]+");

    private OtherWords() {}

    /** Questions of which nothing is left are left out. */
    static Retrieval of(Retrieval set) {
        List<String> questions = new ArrayList<>();
        IntList right = new IntList(1024);
        for (int i = 0; i < set.questions().size(); i++) {
            Set<String> taken = new HashSet<>(words(set.passages().get(set.right()[i])));
            String left = words(set.questions().get(i)).stream().filter(word -> !taken.contains(word))
                    .collect(Collectors.joining(" "));
            if (left.isEmpty()) continue;
            questions.add(left);
            right.add(set.right()[i]);
        }
        return new Retrieval(set.name() + SUFFIX, set.passages(), questions, right.toArray());
    }

    private static List<String> words(String text) {
        return BETWEEN.splitAsStream(text.toLowerCase(Locale.ROOT)).filter(word -> !word.isEmpty()).toList();
    }
}

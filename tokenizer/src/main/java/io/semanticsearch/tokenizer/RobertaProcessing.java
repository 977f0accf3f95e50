package io.semanticsearch.tokenizer;

import static io.semanticsearch.tokenizer.Template.Part.FIRST;
import static io.semanticsearch.tokenizer.Template.Part.SECOND;

/**
 * {@code <s> A </s>}, and {@code <s> A </s></s> B </s>}, all of type 0.
 *
 * <p>Its {@code trim_offsets} and {@code add_prefix_space} concern tokens that begin or end with spaces. No token of a WordPiece
 * model does; an added token that takes the spaces beside it keeps them in its offsets here.
 */
record RobertaProcessing(NamedId cls, NamedId sep) implements PostProcessor {

    static RobertaProcessing read(FileSection section) {
        return new RobertaProcessing(NamedId.read(section.get("cls")), NamedId.read(section.get("sep")));
    }

    @Override
    public Template single() {
        return Template.of(cls.typed(0), new Template.Sequence(FIRST, 0), sep.typed(0));
    }

    @Override
    public Template pair() {
        return Template.of(cls.typed(0), new Template.Sequence(FIRST, 0), sep.typed(0), sep.typed(0),
                new Template.Sequence(SECOND, 0),
                sep.typed(0));
    }
}

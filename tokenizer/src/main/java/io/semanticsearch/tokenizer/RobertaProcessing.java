package io.semanticsearch.tokenizer;

import static io.semanticsearch.tokenizer.Template.Part.FIRST;
import static io.semanticsearch.tokenizer.Template.Part.SECOND;

import java.util.List;

/** {@code <s> A </s>}, and {@code <s> A </s></s> B </s>}, all of type 0. */
record RobertaProcessing(NamedId cls, NamedId sep, List<Trimming> trimmings) implements PostProcessor {

    static RobertaProcessing read(FileSection section) {
        return new RobertaProcessing(NamedId.read(section.get("cls")), NamedId.read(section.get("sep")), Trimming.read(section));
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

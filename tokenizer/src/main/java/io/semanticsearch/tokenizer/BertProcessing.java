package io.semanticsearch.tokenizer;

import static io.semanticsearch.tokenizer.Template.Part.FIRST;
import static io.semanticsearch.tokenizer.Template.Part.SECOND;

/** {@code [CLS] A [SEP]}, and {@code [CLS] A [SEP] B [SEP]} with type 1 from B on. */
record BertProcessing(NamedId cls, NamedId sep) implements PostProcessor {

    static BertProcessing read(FileSection section) {
        return new BertProcessing(NamedId.read(section.get("cls")), NamedId.read(section.get("sep")));
    }

    @Override
    public Template single() {
        return Template.of(cls.typed(0), new Template.Sequence(FIRST, 0), sep.typed(0));
    }

    @Override
    public Template pair() {
        return Template.of(cls.typed(0), new Template.Sequence(FIRST, 0), sep.typed(0), new Template.Sequence(SECOND, 1),
                sep.typed(1));
    }
}

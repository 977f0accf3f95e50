package io.semanticsearch.tokenizer;

import java.util.List;

/** Adds no tokens, but trims ranges. */
record ByteLevelProcessing(List<Trimming> trimmings) implements PostProcessor {

    static ByteLevelProcessing read(FileSection section) {
        return new ByteLevelProcessing(Trimming.read(section));
    }

    @Override
    public Template single() {
        return Template.SINGLE_BARE;
    }

    @Override
    public Template pair() {
        return Template.PAIR_BARE;
    }
}

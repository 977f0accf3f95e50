package io.semanticsearch.tokenizer;

import java.util.List;

/** Several post-processors, of which at most one adds tokens; the others change nothing that is kept here. */
record PostProcessorSequence(List<PostProcessor> processors) implements PostProcessor {

    static final PostProcessorSequence NONE = new PostProcessorSequence(List.of());

    PostProcessorSequence {
        processors = List.copyOf(processors);
    }

    static PostProcessorSequence read(FileSection section) {
        List<PostProcessor> adding = section.get("processors").list().stream().map(PostProcessor::read)
                .filter(p -> p.single().added() + p.pair().added() > 0).toList();
        if (adding.size() > 1)
            throw section.bad("has [" + adding.size() + "] processors that add special tokens, expected at most 1");
        return new PostProcessorSequence(adding);
    }

    @Override
    public Template single() {
        return processors.isEmpty() ? Template.SINGLE_BARE : processors.getFirst().single();
    }

    @Override
    public Template pair() {
        return processors.isEmpty() ? Template.PAIR_BARE : processors.getFirst().pair();
    }
}

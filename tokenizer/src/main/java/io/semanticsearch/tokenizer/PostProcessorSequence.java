package io.semanticsearch.tokenizer;

import java.util.List;

/** Several post-processors, of which at most one adds tokens; others only trim ranges. */
record PostProcessorSequence(List<PostProcessor> processors, List<Trimming> trimmings) implements PostProcessor {

    static final PostProcessorSequence NONE = new PostProcessorSequence(List.of(), List.of());

    PostProcessorSequence {
        processors = List.copyOf(processors);
    }

    static PostProcessorSequence read(FileSection section) {
        List<PostProcessor> all = section.get("processors").list().stream().map(PostProcessor::read).toList();
        List<PostProcessor> adding = all.stream().filter(p -> p.single().added() + p.pair().added() > 0).toList();
        if (adding.size() > 1)
            throw section.bad("has [" + adding.size() + "] processors that add special tokens, expected at most 1");
        return new PostProcessorSequence(adding, all.stream().flatMap(p -> p.trimmings().stream()).toList());
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

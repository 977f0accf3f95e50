package io.semanticsearch.tokenizer;

import java.util.List;

/** One normalizer after the other; none leaves the text as it is. */
record NormalizerSequence(List<Normalizer> normalizers) implements Normalizer {

    static final NormalizerSequence NONE = new NormalizerSequence(List.of());

    NormalizerSequence {
        normalizers = List.copyOf(normalizers);
    }

    static NormalizerSequence read(FileSection section) {
        return new NormalizerSequence(section.get("normalizers").list().stream().map(Normalizer::read).toList());
    }

    @Override
    public AlignedText normalize(AlignedText text) {
        AlignedText result = text;
        for (Normalizer normalizer : normalizers) result = normalizer.normalize(result);
        return result;
    }

    @Override
    public boolean contextFree() {
        return normalizers.stream().allMatch(Normalizer::contextFree);
    }

    @Override
    public boolean keepsApart(char space) {
        return normalizers.stream().allMatch(n -> n.keepsApart(space));
    }
}

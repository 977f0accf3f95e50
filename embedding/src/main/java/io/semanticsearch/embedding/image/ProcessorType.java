package io.semanticsearch.embedding.image;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The image processors of transformers whose defaults are known, so that their files may leave fields out, as those of older versions do:
 * https://github.com/huggingface/transformers, {@code src/transformers/models}.
 */
enum ProcessorType {

    CLIP("CLIP", Resampling.BICUBIC, new TargetSize.ShortestEdge(224), false, true, Means.CLIP, Means.CLIP_DEVIATION), BIT("Bit",
            Resampling.BICUBIC, new TargetSize.ShortestEdge(224), false, true, Means.CLIP, Means.CLIP_DEVIATION), SIGLIP("Siglip",
                    Resampling.BICUBIC, new TargetSize.Sides(224, 224), false, false, Means.HALF, Means.HALF), VIT("ViT",
                            Resampling.BILINEAR, new TargetSize.Sides(224, 224), true, false, Means.HALF,
                            Means.HALF), DEIT("DeiT", Resampling.BICUBIC, new TargetSize.Sides(256, 256), true, true, Means.HALF,
                                    Means.HALF);

    /** The sides of a crop where a file does not say. */
    static final TargetSize.Sides CROP = new TargetSize.Sides(224, 224);

    private final String prefix;
    private final Resampling resampling;
    private final TargetSize size;
    private final boolean square;
    private final boolean crops;
    private final List<Double> mean;
    private final List<Double> deviation;

    ProcessorType(String prefix,
            Resampling resampling,
            TargetSize size,
            boolean square,
            boolean crops,
            List<Double> mean,
            List<Double> deviation) {
        this.prefix = prefix;
        this.resampling = resampling;
        this.size = size;
        this.square = square;
        this.crops = crops;
        this.mean = mean;
        this.deviation = deviation;
    }

    /** The type of a name without its ending. */
    static Optional<ProcessorType> of(String prefix) {
        return Arrays.stream(values()).filter(type -> type.prefix.equals(prefix)).findFirst();
    }

    Resampling resampling() {
        return resampling;
    }

    TargetSize size() {
        return size;
    }

    /** Whether a size of one number is that of both sides, and not of the shorter one. */
    boolean square() {
        return square;
    }

    /** Whether the middle is cut out. */
    boolean crops() {
        return crops;
    }

    List<Double> mean() {
        return mean;
    }

    List<Double> deviation() {
        return deviation;
    }

    // An enum's constants cannot use its own static fields.
    private static final class Means {

        private static final List<Double> CLIP = List.of(0.48145466, 0.4578275, 0.40821073);
        private static final List<Double> CLIP_DEVIATION = List.of(0.26862954, 0.26130258, 0.27577711);
        private static final List<Double> HALF = List.of(0.5, 0.5, 0.5);
    }
}

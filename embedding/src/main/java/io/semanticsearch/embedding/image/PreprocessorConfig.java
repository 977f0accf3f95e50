package io.semanticsearch.embedding.image;

import com.fasterxml.jackson.databind.JsonNode;
import io.semanticsearch.embedding.EmbeddingException;
import java.util.Optional;

/**
 * What [preprocessor_config.json] says is done to an image.
 *
 * @param size how large the image is made
 * @param crop the sides of the middle that is then cut out, if it is
 */
record PreprocessorConfig(TargetSize size, Resampling resampling, Optional<TargetSize.Sides> crop, Normalization normalization) {

    private static final double LEVELS = 1 / 255.0;

    PreprocessorConfig {
        if (crop.isEmpty() && !(size instanceof TargetSize.Sides)) {
            throw PreprocessorFields
                    .unusable("lets images keep shapes of their own: [do_center_crop] is off and [size] is not that "
                            + "of both sides; expected a crop, or a [size] of [height] and [width]");
        }
    }

    /** The sides of what comes out. */
    TargetSize.Sides sides() {
        return crop.orElseGet(() -> size.of(1, 1));
    }

    /** Reads the content of the file; {@link EmbeddingException.BadRequest} names what in it cannot be done. */
    static PreprocessorConfig read(JsonNode json) {
        PreprocessorFields fields = new PreprocessorFields(json);
        Optional<ProcessorType> type = fields.type();
        boolean resizes = fields.flag("do_resize", type.map(any -> true));
        boolean crops = fields.flag("do_center_crop", Optional.of(type.map(ProcessorType::crops).orElse(false)));
        return new PreprocessorConfig(
                resizes ? fields.size(type.map(ProcessorType::size)) : new TargetSize.Unchanged(),
                resizes ? fields.resampling(type.map(ProcessorType::resampling)) : Resampling.NEAREST,
                crops ? Optional.of(fields.crop(type.map(any -> ProcessorType.CROP))) : Optional.empty(),
                normalization(fields, type));
    }

    private static Normalization normalization(PreprocessorFields fields, Optional<ProcessorType> type) {
        boolean rescales = fields.flag("do_rescale", type.map(any -> true));
        boolean normalizes = fields.flag("do_normalize", type.map(any -> true));
        return new Normalization(
                rescales ? fields.number("rescale_factor", Optional.of(LEVELS)) : 1,
                normalizes ? fields.colours("image_mean", type.map(ProcessorType::mean)) : Normalization.ZERO,
                normalizes ? fields.colours("image_std", type.map(ProcessorType::deviation)) : Normalization.ONE);
    }
}

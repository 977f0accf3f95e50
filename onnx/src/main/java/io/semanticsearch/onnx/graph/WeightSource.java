package io.semanticsearch.onnx.graph;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Where the weights of an encoder come from. What it gives is usable until it is closed. */
sealed interface WeightSource extends AutoCloseable permits SafetensorsFile, OnnxWeights {

    /** The names under which weights can be found. */
    Collection<String> names();

    /** Real numbers along one or two axes. */
    Optional<Matrix> matrix(String name);

    /** @param name without {@code .weight} and {@code .bias} */
    Optional<Linear> linear(String name);

    /** @param name without {@code .weight} and {@code .bias} */
    Optional<Norm> norm(String name);

    /**
     * A linear layer that has no bias.
     *
     * @param name without {@code .weight}
     */
    Optional<Projection> projection(String name);

    /**
     * The scale of a norm that has no shift.
     *
     * @param name without {@code .weight}
     */
    Optional<Matrix> scale(String name);

    /** The files that it reads, the weights themselves first, relative to the model's folder. */
    List<String> files();

    @Override
    void close();
}

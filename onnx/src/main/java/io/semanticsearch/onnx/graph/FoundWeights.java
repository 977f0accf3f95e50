package io.semanticsearch.onnx.graph;

import java.util.List;

/**
 * Looks the weights of one encoder up by the names that its family gives them, and checks their shapes.
 *
 * @param prefix what a model class puts before the names of its encoder
 */
record FoundWeights(WeightSource source, String prefix) {

    /** @param words name of the table of tokens, which tells the prefix */
    static FoundWeights of(WeightSource source, String words) throws KeepsOwnGraphException {
        List<String> prefixes = source.names().stream().filter(name -> name.equals(words) || name.endsWith("." + words))
                .map(name -> name.substring(0, name.length() - words.length())).sorted().toList();
        if (prefixes.size() == 1) return new FoundWeights(source, prefixes.getFirst());
        throw new KeepsOwnGraphException("file [" + source.files().getFirst() + "] has [" + prefixes.size()
                + "] weights whose names end in [" + words + "], expected one");
    }

    /** A table of any number of rows. */
    Matrix table(String name, int columns) throws KeepsOwnGraphException {
        Matrix table = source.matrix(prefix + name).orElseThrow(() -> missing(name));
        return checked(table, table.rows(), columns);
    }

    Matrix table(String name, int rows, int columns) throws KeepsOwnGraphException {
        return checked(source.matrix(prefix + name).orElseThrow(() -> missing(name)), rows, columns);
    }

    Linear linear(String name, int inputs, int outputs) throws KeepsOwnGraphException {
        Linear linear = source.linear(prefix + name).orElseThrow(() -> missing(name));
        checked(linear.weight(), linear.storedByOutput() ? outputs : inputs, linear.storedByOutput() ? inputs : outputs);
        checked(linear.bias(), 1, outputs);
        return linear;
    }

    /** A linear layer without a bias. */
    Projection projection(String name, int inputs, int outputs) throws KeepsOwnGraphException {
        Projection projection = source.projection(prefix + name).orElseThrow(() -> missing(name));
        boolean byOutput = projection.storedByOutput();
        checked(projection.weight(), byOutput ? outputs : inputs, byOutput ? inputs : outputs);
        return projection;
    }

    Norm norm(String name, int hidden) throws KeepsOwnGraphException {
        Norm norm = source.norm(prefix + name).orElseThrow(() -> missing(name));
        checked(norm.scale(), 1, hidden);
        checked(norm.shift(), 1, hidden);
        return norm;
    }

    /** The scale of a norm without a shift. */
    Matrix scale(String name, int hidden) throws KeepsOwnGraphException {
        return checked(source.scale(prefix + name).orElseThrow(() -> missing(name)), 1, hidden);
    }

    private Matrix checked(Matrix matrix, int rows, int columns) throws KeepsOwnGraphException {
        if (matrix.rows() == rows && matrix.columns() == columns && rows > 0) return matrix;
        throw new KeepsOwnGraphException("[" + matrix.name() + "] of file [" + source.files().getFirst() + "] has the shape ["
                + matrix.rows() + ", " + matrix.columns() + "], expected [" + rows + ", " + columns + "]");
    }

    private KeepsOwnGraphException missing(String name) {
        return new KeepsOwnGraphException("file [" + source.files().getFirst() + "] has no weights [" + prefix + name + "]");
    }
}

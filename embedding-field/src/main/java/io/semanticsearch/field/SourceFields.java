package io.semanticsearch.field;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.opensearch.index.mapper.MapperParsingException;

/** The [source_fields] parameter: one name or a list of names, without wildcards. */
final class SourceFields {

    private SourceFields() {}

    static List<String> parse(Object node) {
        if (node == null) return List.of();
        List<?> names = node instanceof List<?> list ? list : List.of(node);
        Set<String> sources = new LinkedHashSet<>();
        for (Object name : names) {
            if (!(name instanceof String source) || source.isBlank()) {
                throw new IllegalArgumentException(
                        "[source_fields] holds [" + name + "]; expected names of fields, like [\"title\", \"body\"]");
            }
            if (source.indexOf('*') >= 0) {
                throw new IllegalArgumentException(
                        "[source_fields] holds [" + source + "]; name each field, wildcards are not read");
            }
            if (!sources.add(source)) throw new IllegalArgumentException("[source_fields] holds [" + source + "] twice");
        }
        return List.copyOf(sources);
    }

    /** Checks that a field is not made of itself, nor of an object that it lies in. */
    static void checkOutside(String path, List<String> sources) {
        for (String source : sources) {
            if ((path + ".").startsWith(source + ".")) {
                throw new MapperParsingException("field [" + path + "]: [source_fields] holds [" + source
                        + "], which holds the field itself; name the fields that hold the text");
            }
        }
    }
}

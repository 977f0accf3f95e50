package io.semanticsearch.field;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * Which text belongs to which place of a document: the source fields, joined in mapping order by one space, empty ones left out. Where
 * the target lies inside an array of objects there is one place for each object, and source fields of that object are read from it alone.
 *
 * <p>The processor reads a document here before it is written, the mapper after: the text must be the same on both sides, whatever types
 * a script left in the document and in whatever order a map holds its keys.
 */
public final class SourceText {

    private final String target;
    private final List<String> sources;

    /**
     * @param target full path of the field that takes the vector
     * @param sources full paths of the fields that hold the text
     */
    public SourceText(String target, List<String> sources) {
        this.target = target;
        this.sources = List.copyOf(sources);
    }

    /**
     * Where the vector stands or would stand in this document; none where something else stands in the way.
     *
     * @param document a document as nested maps; dotted keys are read like nested ones
     */
    public List<Place> places(Map<String, Object> document) {
        return places(document, target, new Scope("", document, null));
    }

    private List<Place> places(Map<String, Object> node, String path, Scope scope) {
        List<Place> present = new ArrayList<>(1);
        List<Place> open = List.of();
        if (node.containsKey(path)) present.add(place(node, path, scope));
        for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
            List<Place> below = below(node.get(path.substring(0, dot)), path.substring(dot + 1), scope);
            if (below.stream().anyMatch(Place::present)) {
                present.addAll(below);
            } else if (!below.isEmpty()) {
                open = below;
            }
        }
        if (!present.isEmpty()) return present;
        if (!open.isEmpty()) return open;
        // Parents that are not there yet are made when there is something to write.
        int dot = path.indexOf('.');
        boolean free = dot < 0 || node.get(path.substring(0, dot)) == null;
        return free ? List.of(place(node, path, scope)) : List.of();
    }

    @SuppressWarnings("unchecked")
    private List<Place> below(Object child, String path, Scope scope) {
        if (child instanceof Map<?, ?> object) return places((Map<String, Object>) object, path, scope);
        if (!(child instanceof List<?> list)) return List.of();
        List<Place> places = new ArrayList<>();
        for (Object element : list) {
            Scope inner = element instanceof Map<?, ?> object
                    ? new Scope(target.substring(0, target.length() - path.length()), object, scope)
                    : scope;
            places.addAll(below(element, path, inner));
        }
        return places;
    }

    private Place place(Map<String, Object> holder, String key, Scope scope) {
        Joined joined = new Joined();
        boolean touched = false;
        for (String source : sources) {
            List<Object> found = scope.values(source);
            touched |= !found.isEmpty();
            joined.source = source;
            for (Object value : found) joined.append(value);
        }
        return new Place(holder, key, joined.text.toString(), joined.parts, touched);
    }

    /** A text while it is put together, and what each part of it comes from. */
    private static final class Joined {

        private final StringBuilder text = new StringBuilder();
        private final List<Part> parts = new ArrayList<>(2);
        private String source;

        private void append(Object value) {
            switch (value) {
                case null -> {
                }
                case String string -> join(string);
                // Its text would be 1.50 here and 1.5 once read from JSON.
                case BigDecimal decimal -> join(String.valueOf(asJson(decimal)));
                case Number number -> join(number.toString());
                case Boolean bool -> join(bool.toString());
                case List<?> list -> list.forEach(this::append);
                case Map<?, ?> object -> object.entrySet()
                        .stream()
                        .sorted(Comparator.comparing(entry -> String.valueOf(entry.getKey())))
                        .forEach(entry -> append(entry.getValue()));
                default -> append(asJson(value));
            }
        }

        private void join(String part) {
            if (part.isBlank()) return;
            if (!text.isEmpty()) text.append(' ');
            parts.add(new Part(source, text.length(), text.length() + part.length()));
            text.append(part);
        }
    }

    /** A script may leave dates and the like in a document; read them as the mapper will, from JSON. */
    private static Object asJson(Object value) {
        try (XContentBuilder json = XContentBuilder.builder(JsonXContent.jsonXContent)) {
            json.startObject().field("value", value).endObject();
            return XContentHelper.convertToMap(BytesReference.bytes(json), false, MediaTypeRegistry.JSON).v2().get("value");
        } catch (IOException | IllegalArgumentException e) {
            return value.toString();
        }
    }

    /**
     * What a place can see: the document, and each object in an array on the way to the place.
     *
     * @param prefix path of the object with a dot behind it; empty for the document
     */
    private record Scope(String prefix, Map<?, ?> node, Scope outer) {

        /** The values of a source in the innermost object that it is part of. */
        List<Object> values(String source) {
            return source.startsWith(prefix) ? values(node, source.substring(prefix.length())) : outer.values(source);
        }

        /** Every value that stands at a path, whichever of its dots are nesting and whichever are part of a key. */
        private static List<Object> values(Map<?, ?> node, String path) {
            List<Object> found = new ArrayList<>(1);
            if (node.containsKey(path)) found.add(node.get(path));
            for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
                descend(node.get(path.substring(0, dot)), path.substring(dot + 1), found);
            }
            return found;
        }

        private static void descend(Object node, String path, List<Object> found) {
            if (node instanceof Map<?, ?> map) {
                found.addAll(values(map, path));
            } else if (node instanceof List<?> list) {
                for (Object element : list) descend(element, path, found);
            }
        }
    }

    /**
     * Where a value of a source field stands in the joined text.
     *
     * @param source full path of the field
     * @param start index of the value's first UTF-16 char in the text
     * @param end index after its last UTF-16 char
     */
    public record Part(String source, int start, int end) {}

    /**
     * One place of a document.
     *
     * @param holder the object that holds the vector, or the innermost that is there
     * @param key the vector's key in its holder; a path where parents are still to be made
     * @param text what the vector is to be made of; empty when there is nothing to embed
     * @param parts the values that the text is joined of, in its order
     * @param touched whether any source field stands in the document, be it empty
     */
    public record Place(Map<String, Object> holder, String key, String text, List<Part> parts, boolean touched) {

        /** What stands there now: a stored vector, a brought one, anything. */
        public Optional<Object> value() {
            return Optional.ofNullable(holder.get(key));
        }

        public boolean present() {
            return holder.containsKey(key);
        }

        public void put(Object value) {
            if (present()) {
                holder.put(key, value);
            } else {
                put(holder, key, value);
            }
        }

        public void remove() {
            holder.remove(key);
        }

        @SuppressWarnings("unchecked")
        private static void put(Map<String, Object> node, String path, Object value) {
            int dot = path.indexOf('.');
            if (dot < 0) {
                node.put(path, value);
                return;
            }
            Object child = node.computeIfAbsent(path.substring(0, dot), name -> new HashMap<String, Object>());
            put((Map<String, Object>) child, path.substring(dot + 1), value);
        }
    }
}

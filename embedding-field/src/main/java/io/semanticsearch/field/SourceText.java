package io.semanticsearch.field;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * Which text belongs to which place of a document: the source fields, joined in mapping order by one space, empty ones left out. Where
 * the target lies inside an array of objects there is one place for each object, and source fields under the same parent are read from
 * that object alone.
 */
public final class SourceText {

    private final String target;
    private final String parent;
    private final String leaf;
    private final List<String> sources;

    /**
     * @param target full path of the field that takes the vector
     * @param sources full paths of the fields that hold the text
     */
    public SourceText(String target, List<String> sources) {
        this.target = target;
        this.sources = List.copyOf(sources);
        int dot = target.lastIndexOf('.');
        this.parent = dot < 0 ? "" : target.substring(0, dot);
        this.leaf = target.substring(dot + 1);
    }

    /**
     * Where the vector stands or would stand in this document.
     *
     * @param document a document as nested maps; dotted keys are read like nested ones
     */
    public List<Place> places(Map<String, Object> document) {
        if (parent.isEmpty()) return List.of(place(document, document, leaf));
        List<Place> places = new ArrayList<>();
        if (document.containsKey(target)) places.add(place(document, document, target));
        List<Map<String, Object>> parents = new ArrayList<>();
        for (Object value : values(document, parent)) addObjects(value, parents);
        for (Map<String, Object> holder : parents) places.add(place(document, holder, leaf));
        // Text outside of a parent that is not there yet: the parent is made when there is something to write.
        if (places.isEmpty()) places.add(place(document, null, leaf));
        return places;
    }

    private Place place(Map<String, Object> document, Map<String, Object> holder, String key) {
        StringBuilder text = new StringBuilder();
        boolean touched = false;
        for (String source : sources) {
            boolean within = !parent.isEmpty() && source.startsWith(parent + ".");
            if (within && holder == null) continue;
            List<Object> found = within && holder != document
                    ? values(holder, source.substring(parent.length() + 1))
                    : values(document, source);
            touched |= !found.isEmpty();
            for (Object value : found) append(value, text);
        }
        return new Place(document, holder, parent, key, text.toString(), touched);
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

    @SuppressWarnings("unchecked")
    private static void addObjects(Object value, List<Map<String, Object>> objects) {
        if (value instanceof Map<?, ?> map) {
            objects.add((Map<String, Object>) map);
        } else if (value instanceof List<?> list) {
            for (Object element : list) addObjects(element, objects);
        }
    }

    private static void append(Object value, StringBuilder text) {
        switch (value) {
            case null -> {
            }
            case String string -> join(string, text);
            case Number number -> join(number.toString(), text);
            case Boolean bool -> join(bool.toString(), text);
            case List<?> list -> list.forEach(element -> append(element, text));
            case Map<?, ?> object -> object.values().forEach(element -> append(element, text));
            default -> append(asJson(value), text);
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

    private static void join(String part, StringBuilder text) {
        if (part.isBlank()) return;
        if (!text.isEmpty()) text.append(' ');
        text.append(part);
    }

    /**
     * One place of a document.
     *
     * @param document the whole document
     * @param holder the object that holds the vector; null when it is not there yet
     * @param parent path of the holder
     * @param key the vector's key in its holder
     * @param text what the vector is to be made of; empty when there is nothing to embed
     * @param touched whether any source field stands in the document, be it empty
     */
    public record Place(Map<String, Object> document,
            Map<String, Object> holder,
            String parent,
            String key,
            String text,
            boolean touched) {

        /** What stands there now: a stored vector, a brought one, anything. */
        public Optional<Object> value() {
            return holder == null ? Optional.empty() : Optional.ofNullable(holder.get(key));
        }

        public boolean present() { return holder != null && holder.containsKey(key); }

        public void put(Object value) { objectToHold().put(key, value); }

        public void remove() { if (holder != null) holder.remove(key); }

        @SuppressWarnings("unchecked")
        private Map<String, Object> objectToHold() {
            if (holder != null) return holder;
            Map<String, Object> node = document;
            for (String name : parent.split("\\.")) {
                node = (Map<String, Object>) node.computeIfAbsent(name, ignored -> new HashMap<String, Object>());
            }
            return node;
        }
    }
}

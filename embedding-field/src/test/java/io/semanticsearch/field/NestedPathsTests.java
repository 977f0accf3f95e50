package io.semanticsearch.field;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.opensearch.test.OpenSearchTestCase;

/** Which nested objects a field lies in. */
public class NestedPathsTests extends OpenSearchTestCase {

    private static Map<String, ?> object(Map<String, ?> properties) {
        return Map.of("properties", properties);
    }

    private static Map<String, ?> nested(Map<String, ?> properties) {
        return Map.of("type", "nested", "properties", properties);
    }

    private final NestedPaths paths = NestedPaths.of(object(Map.of(
            "shop", object(Map.of("books", nested(Map.of("by", object(Map.of("authors", nested(Map.of("name", Map.of())))))))),
            "not_nested", Map.of("type", "text"), "nothing", 7)));

    public void testOuterObjectsComeFirst() {
        assertEquals(List.of("shop.books", "shop.books.by.authors"), paths.around("shop.books.by.authors.name"));
        assertEquals(Optional.of("shop.books.by.authors"), paths.innermost("shop.books.by.authors.name"));
        assertEquals(List.of("shop.books"), paths.around("shop.books.by.authors"));
        assertEquals(Optional.of("shop.books"), paths.innermost("shop.books.title"));
    }

    public void testPlainObjectsAreNone() {
        assertEquals(List.of(), paths.around("shop.name"));
        assertEquals(Optional.empty(), paths.innermost("name"));
        assertEquals(new NestedPaths(Set.of()), NestedPaths.of(Map.of()));
    }
}

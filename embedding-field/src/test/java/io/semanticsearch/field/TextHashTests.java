package io.semanticsearch.field;

import org.opensearch.test.OpenSearchTestCase;

/** The hash is part of the stored form: were it to change, every vector would be made anew. Values computed outside of Java. */
public class TextHashTests extends OpenSearchTestCase {

    public void testTheHashOfATextIsFixed() {
        assertEquals("47DEQpj8HBSa-_TImW-5JA", TextHash.of(""));
        assertEquals("LPJNul-wow4m6Dsqxbning", TextHash.of("hello"));
        assertEquals("khRn6JkXC4QaY71lFK7tMQ", TextHash.of("Grüße, 世界 😀"));
        assertEquals("yGh6CKpdbtIEQyj6aml6uA", TextHash.of("a b"));
    }

    public void testEveryHashHasTheSameLengthAndNoColon() {
        for (int i = 0; i < 200; i++) {
            String hash = TextHash.of(randomUnicodeOfLength(i));
            assertEquals(TextHash.LENGTH, hash.length());
            assertTrue(hash, hash.matches("[A-Za-z0-9_-]+"));
        }
    }
}

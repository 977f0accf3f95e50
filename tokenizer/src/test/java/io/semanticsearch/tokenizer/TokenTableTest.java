package io.semanticsearch.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;

import org.junit.jupiter.api.Test;

final class TokenTableTest {

    @Test
    void tokens_of_the_same_hash_are_told_apart() {
        assertEquals("Aa".hashCode(), "BB".hashCode());
        TokenTable table = new TokenTable(List.of(new TokenTable.Entry("Aa", 7), new TokenTable.Entry("BB", 8)));
        assertEquals(7, find(table, "Aa"));
        assertEquals(8, find(table, "BB"));
        assertEquals(TokenTable.NOT_FOUND, find(table, "C#"));
    }

    @Test
    void longest_token_within_the_given_chars_is_found() {
        TokenTable table = new TokenTable(
                List.of(new TokenTable.Entry("a", 0), new TokenTable.Entry("abc", 1), new TokenTable.Entry("abcde", 2)));
        assertEquals(4L << 32 | 1, table.longest("xabcdx".toCharArray(), 1, 6));
        assertEquals(2L << 32, table.longest("xabcd".toCharArray(), 1, 3));
        assertEquals(TokenTable.NOT_FOUND, table.longest("xabc".toCharArray(), 0, 4));
    }

    @Test
    void empty_table_finds_nothing() {
        assertEquals(TokenTable.NOT_FOUND, find(new TokenTable(List.of()), "a"));
    }

    private static int find(TokenTable table, String token) {
        int hash = TokenTable.EMPTY;
        for (char c : token.toCharArray()) hash = TokenTable.step(hash, c);
        return table.find(token.toCharArray(), 0, token.length(), hash);
    }
}

package io.semanticsearch.query;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.opensearch.index.query.MatchQueryBuilder;
import org.opensearch.index.query.MultiMatchQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.index.query.QueryStringQueryBuilder;
import org.opensearch.index.query.SimpleQueryStringBuilder;
import org.opensearch.test.OpenSearchTestCase;

/** What of a search bar is plain words, and what is a query about words. */
public class FreeTextTests extends OpenSearchTestCase {

    private static Optional<String> of(QueryBuilder query) {
        return FreeText.of(query, Set.of());
    }

    public void testWordsInLuceneSyntaxAreFreeText() {
        for (String text : List.of("engine will not start in the cold", "engine", "state-of-the-art brakes", "the driver's seat",
                "why does it not start?", "Help me, it burns!", "TCP/IP and or not", "5 % of 200 cars, or 10 cars.",
                "ça démarre pas")) {
            assertEquals(Optional.of(text), of(new QueryStringQueryBuilder(text)));
        }
        assertEquals(Optional.of("engine"), of(new QueryStringQueryBuilder("  engine ").defaultField("*")));
        assertEquals(Optional.of("engine"), of(new QueryStringQueryBuilder("engine").field("*")));
    }

    public void testWhateverIsMoreThanWordsInLuceneSyntaxIsNot() {
        for (String text : List.of("*", "status:200", "engi*", "engin?", "eng?ne will not start", "\"will not start\"",
                "engine AND cold",
                "engine OR cold", "NOT engine", "engine && cold", "engine || cold", "+engine cold", "engine -cold", "!engine",
                "(engine cold)", "engine~", "engine^2", "[1 TO 5]", "{1 TO 5}", "/engi.*/", "engine\\ cold", ">5", " ", "")) {
            assertEquals(text, Optional.empty(), of(new QueryStringQueryBuilder(text)));
        }
        assertEquals(Optional.empty(), of(new QueryStringQueryBuilder("engine").field("body")));
        assertEquals(Optional.empty(), of(new QueryStringQueryBuilder("engine").defaultField("body")));
    }

    public void testWhatIsEscapedIsWords() {
        assertEquals(Optional.of("engine: cold"), of(new QueryStringQueryBuilder("engine: cold").escape(true)));
    }

    public void testWordsOverAllFieldsInDqlAreFreeText() {
        QueryBuilder words = new MultiMatchQueryBuilder("does it start? (no)").lenient(true);
        assertEquals(Optional.of("does it start? (no)"), of(words));
        assertEquals(Optional.empty(), of(new MultiMatchQueryBuilder("engine", "body")));
        assertEquals("what is quoted", Optional.empty(),
                of(new MultiMatchQueryBuilder("will not start").type(MultiMatchQueryBuilder.Type.PHRASE)));
        assertEquals(Optional.empty(), of(new MultiMatchQueryBuilder("x".repeat(100_001))));
    }

    public void testSimpleQueryStringsOfWordsAreFreeText() {
        assertEquals(Optional.of("engine will not start"), of(new SimpleQueryStringBuilder("engine will not start")));
        for (String text : List.of("engine | cold", "\"cold\"", "engi*", "-cold", "(cold)", "cold~2")) {
            assertEquals(text, Optional.empty(), of(new SimpleQueryStringBuilder(text)));
        }
    }

    public void testAFieldIsFreeTextOnlyWhereThatIsAskedFor() {
        QueryBuilder match = new MatchQueryBuilder("body", "engine will not start");
        assertEquals(Optional.empty(), of(match));
        assertEquals(Optional.of("engine will not start"), FreeText.of(match, Set.of("body")));
        assertEquals(Optional.empty(), FreeText.of(match, Set.of("title")));
    }

    public void testOtherClausesAreNone() {
        assertEquals(Optional.empty(), of(QueryBuilders.matchAllQuery()));
        assertEquals(Optional.empty(), of(QueryBuilders.matchPhraseQuery("category", "cars")));
        assertEquals(Optional.empty(), of(QueryBuilders.rangeQuery("@timestamp").gte("now-1d")));
    }
}

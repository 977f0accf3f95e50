package io.semanticsearch.query;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.core.common.io.stream.NamedWriteableRegistry;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.index.query.BaseQueryRewriteContext;
import org.opensearch.index.query.QueryCoordinatorContext;
import org.opensearch.index.query.QueryRewriteContext;
import org.opensearch.search.builder.SearchSourceBuilder;
import org.opensearch.test.OpenSearchTestCase;

/** How many neighbours a clause looks for, given the search that it is part of. */
public class NearestTests extends OpenSearchTestCase {

    private static Nearest nearest(Integer k, Integer candidates) {
        return new Nearest(
                k == null ? OptionalInt.empty() : OptionalInt.of(k),
                candidates == null ? OptionalInt.empty() : OptionalInt.of(candidates),
                Optional.empty(), Optional.empty(), Optional.empty(), false);
    }

    private static Nearest rewrite(Nearest nearest, SearchSourceBuilder source) throws IOException {
        SearchRequest request = new SearchRequest();
        if (source != null) request.source(source);
        return nearest.rewrite(new QueryCoordinatorContext(shard(), request));
    }

    private static QueryRewriteContext shard() {
        return new BaseQueryRewriteContext(NamedXContentRegistry.EMPTY, new NamedWriteableRegistry(List.of()), null, () -> 0);
    }

    public void testKCoversThePageButIsNeverLessThanTen() throws IOException {
        assertEquals(nearest(10, null), rewrite(nearest(null, null), null));
        assertEquals(nearest(10, null), rewrite(nearest(null, null), new SearchSourceBuilder()));
        assertEquals(nearest(10, null), rewrite(nearest(null, null), new SearchSourceBuilder().size(0)));
        assertEquals(nearest(10, null), rewrite(nearest(null, null), new SearchSourceBuilder().from(2).size(3)));
        assertEquals(nearest(30, null), rewrite(nearest(null, null), new SearchSourceBuilder().from(20)));
        assertEquals(nearest(75, null), rewrite(nearest(null, null), new SearchSourceBuilder().from(50).size(25)));
        assertEquals(nearest(Nearest.MAX, null), rewrite(nearest(null, null), new SearchSourceBuilder().from(9_999).size(100)));
    }

    public void testAKThatWasGivenStays() throws IOException {
        Nearest given = nearest(3, null);
        assertSame(given, rewrite(given, new SearchSourceBuilder().from(50).size(25)));
    }

    public void testOnAShardKStaysOpen() throws IOException {
        Nearest open = nearest(null, null);
        assertSame(open, open.rewrite(shard()));
        assertEquals(10, open.effectiveK());
    }

    public void testCandidatesAreNeverFewerThanK() throws IOException {
        assertEquals(nearest(75, 75), rewrite(nearest(null, 20), new SearchSourceBuilder().size(75)));
        assertEquals(nearest(75, 200), rewrite(nearest(null, 200), new SearchSourceBuilder().size(75)));
        assertEquals(100, nearest(10, null).effectiveCandidates());
        assertEquals(250, nearest(250, null).effectiveCandidates());
        assertEquals(20, nearest(10, 20).effectiveCandidates());
        assertEquals("k is open, ten will be kept", 10, nearest(null, 5).effectiveCandidates());
    }
}

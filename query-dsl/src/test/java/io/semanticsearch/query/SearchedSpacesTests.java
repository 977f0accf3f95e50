package io.semanticsearch.query;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.opensearch.Version;
import org.opensearch.action.OriginalIndices;
import org.opensearch.action.search.SearchContextId;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.core.common.io.stream.NamedWriteableRegistry;
import org.opensearch.core.index.shard.ShardId;
import org.opensearch.index.query.MatchAllQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.search.SearchPhaseResult;
import org.opensearch.search.SearchShardTarget;
import org.opensearch.search.builder.PointInTimeBuilder;
import org.opensearch.search.builder.SearchSourceBuilder;
import org.opensearch.search.internal.AliasFilter;
import org.opensearch.search.internal.ShardSearchContextId;
import org.opensearch.search.query.QuerySearchResult;
import org.opensearch.test.OpenSearchTestCase;

/** Which fields and spaces a search meets, whatever name it gives to the indices. */
public class SearchedSpacesTests extends OpenSearchTestCase {

    private static final NamedWriteableRegistry REGISTRY = new NamedWriteableRegistry(List.of(
            new NamedWriteableRegistry.Entry(QueryBuilder.class, MatchAllQueryBuilder.NAME, MatchAllQueryBuilder::new)));

    private static final Map<String, Optional<String>> ENGLISH = Map.of("aaaaaaaaaaaaaaaa", Optional.of("english"));
    private static final Map<String, Optional<String>> FRENCH = Map.of("bbbbbbbbbbbbbbbb", Optional.of("french"));

    private final Cluster cluster = new Cluster()
            .index("books",
                    """
                            {"title": {"type": "text"}, "meaning": {"type": "embedding", "model": "english", "source_fields": "title"}}""",
                    "library", "all")
            .index("livres", """
                    {"meaning": {"type": "embedding", "model": "french"},
                     "notes": {"properties": {"meaning": {"type": "embedding", "model": "english"},
                                              "sense": {"type": "alias", "path": "notes.meaning"}}}}""", "all")
            .index("points", """
                    {"meaning": {"type": "embedding", "dimension": 3}, "sense": {"type": "alias", "path": "meaning"}}""")
            .index("plain", """
                    {"meaning": {"type": "text"}}""")
            .index("empty", "")
            .dataStream("logs", """
                    {"meaning": {"type": "embedding", "model": "french"}}""");

    private final SearchedSpaces spaces = cluster.spaces(new WordModels(), REGISTRY);

    private static SearchRequest search(String... indices) {
        return new SearchRequest(indices);
    }

    public void testEachSpaceComesWithItsModel() {
        assertEquals(ENGLISH, spaces.of("meaning", search("books")));
        assertEquals(FRENCH, spaces.of("meaning", search("livres")));
        assertEquals(Map.of("own", Optional.empty()), spaces.of("meaning", search("points")));
        assertEquals(ENGLISH, spaces.of("notes.meaning", search("books", "livres")));
        assertEquals(Map.of(
                "aaaaaaaaaaaaaaaa", Optional.of("english"),
                "bbbbbbbbbbbbbbbb", Optional.of("french"),
                "own", Optional.empty()), spaces.of("meaning", search("books", "livres", "points", "plain", "empty")));
    }

    public void testOtherNamesOfIndicesAreUnderstood() {
        assertEquals(ENGLISH, spaces.of("meaning", search("library")));
        assertEquals(2, spaces.of("meaning", search("all")).size());
        assertEquals(FRENCH, spaces.of("meaning", search("liv*")));
        assertEquals("a data stream", FRENCH, spaces.of("meaning", search("logs")));
        assertEquals("every index", 3, spaces.of("meaning", search()).size());
        assertEquals("every index", 3, spaces.of("meaning", search("_all")).size());
        assertEquals(Set.of("bbbbbbbbbbbbbbbb", "own"), spaces.of("meaning", search("*", "-books")).keySet());
    }

    public void testAFieldAliasStandsForItsField() {
        assertEquals(Map.of("own", Optional.empty()), spaces.of("sense", search("points", "books")));
        assertEquals(ENGLISH, spaces.of("notes.sense", search("livres")));
    }

    public void testWhereTheFieldIsNoneThereIsNoSpace() {
        assertEquals(Map.of(), spaces.of("meaning", search("plain", "empty")));
        assertEquals(Map.of(), spaces.of("title", search("books")));
    }

    public void testAFieldOfKnnLivesInASpaceOfItsUsersMaking() {
        SearchedSpaces spaces = new Cluster()
                .index("books", "{\"meaning\": {\"type\": \"embedding\", \"model\": \"english\"}}")
                .index("vectors", """
                        {"meaning": {"type": "knn_vector", "dimension": 8}, "sense": {"type": "alias", "path": "meaning"},
                         "notes": {"properties": {"meaning": {"type": "knn_vector", "dimension": 8}}}}""")
                .spaces(new WordModels(), REGISTRY);
        Map<String, Optional<String>> own = Map.of("own", Optional.empty());
        assertEquals(own, spaces.of("meaning", search("vectors")));
        assertEquals(own, spaces.of("sense", search("vectors")));
        assertEquals(own, spaces.of("notes.meaning", search("vectors")));
        assertEquals(Map.of(), spaces.of("notes", search("vectors")));
        assertEquals(Set.of("own", "aaaaaaaaaaaaaaaa"), spaces.of("meaning", search("*")).keySet());
        assertEquals("its shards count", 2, spaces.shards("meaning", search("*")));
        assertEquals(List.of(), spaces.nestedPaths("notes.meaning", search("vectors")));
        assertEquals("its vectors are not ours to leave out", Set.of(), spaces.paths(search("vectors")));
    }

    public void testMissingIndicesAreLeftToTheSearch() {
        assertEquals(Map.of(), spaces.of("meaning", search("absent")));
        assertEquals(Map.of(), spaces.of("meaning", search("absent", "books")));
        assertEquals(ENGLISH, spaces.of("meaning", search("absent*", "books")));
    }

    public void testOtherClustersAreNotLookedInto() {
        assertEquals(Map.of(), spaces.of("meaning", search("other:books")));
        assertEquals(ENGLISH, spaces.of("meaning", search("other:livres", "books")));
    }

    public void testAPointInTimeNamesItsIndices() {
        assertEquals(FRENCH, spaces.of("meaning", pointInTime("livres")));
        assertEquals("an index that is gone since", Map.of(), spaces.of("meaning", pointInTime("absent")));
    }

    private SearchRequest pointInTime(String index) {
        SearchPhaseResult result = new QuerySearchResult(
                new ShardSearchContextId("session", 1),
                new SearchShardTarget("node", new ShardId(index, index + "-uuid", 0), null, OriginalIndices.NONE), null);
        AliasFilter filter = new AliasFilter(new MatchAllQueryBuilder(), "all");
        String id = SearchContextId.encode(List.of(result), Map.of(index + "-uuid", filter), Version.CURRENT);
        return search().source(new SearchSourceBuilder().pointInTimeBuilder(new PointInTimeBuilder(id)));
    }

    public void testPathsAreThoseOfAllEmbeddingFields() {
        assertEquals(Set.of("meaning", "notes.meaning"), spaces.paths(search("livres", "books")));
        assertEquals(Set.of(), spaces.paths(search("plain")));
    }
}

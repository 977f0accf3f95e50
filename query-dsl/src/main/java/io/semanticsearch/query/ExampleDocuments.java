package io.semanticsearch.query;

import io.semanticsearch.field.BroughtVector;
import io.semanticsearch.field.FieldConfig;
import io.semanticsearch.field.SourceText;
import io.semanticsearch.field.StoredForm;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.opensearch.action.IndicesRequest;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.action.support.GroupedActionListener;
import org.opensearch.common.document.DocumentField;
import org.opensearch.core.action.ActionListener;
import org.opensearch.index.query.BoolQueryBuilder;
import org.opensearch.index.query.IdsQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.TermQueryBuilder;
import org.opensearch.search.SearchHit;
import org.opensearch.search.builder.SearchSourceBuilder;
import org.opensearch.transport.client.Client;

/**
 * Reads the vectors of documents that serve as examples. It does so by a search of the user's own, over what the user searches: who may
 * search needs no further permission, rules on documents and fields hold, aliases, patterns, other clusters and points in time mean what
 * they mean elsewhere, and no routing need be known.
 */
final class ExampleDocuments {

    private static final String ROUTING_FIELD = "_routing";
    private static final String INDEX_FIELD = "_index";
    private static final String NO_PIPELINE = "_none";

    private final SearchedSpaces spaces;

    ExampleDocuments(SearchedSpaces spaces) {
        this.spaces = spaces;
    }

    /**
     * What an example brings.
     *
     * @param space the space that its vectors live in
     * @param vectors at least one
     */
    record Found(String space, List<float[]> vectors) {}

    /** What is no hit because it is an example; none where no documents are. */
    static Optional<Restriction> leftOut(List<Example.Document> documents) {
        if (documents.isEmpty()) return Optional.empty();
        return Optional.of(new Restriction("", new BoolQueryBuilder().mustNot(asQuery(documents))));
    }

    private static QueryBuilder asQuery(List<Example.Document> documents) {
        BoolQueryBuilder any = new BoolQueryBuilder();
        Map<List<Optional<String>>, IdsQueryBuilder> byPlace = new LinkedHashMap<>();
        for (Example.Document document : documents) {
            byPlace.computeIfAbsent(List.of(document.index(), document.routing()), place -> {
                IdsQueryBuilder ids = new IdsQueryBuilder();
                any.should(within(ids, place.get(0), place.get(1)));
                return ids;
            }).addIds(document.id());
        }
        return any.should().size() == 1 ? any.should().getFirst() : any;
    }

    private static QueryBuilder within(IdsQueryBuilder ids, Optional<String> index, Optional<String> routing) {
        if (index.isEmpty() && routing.isEmpty()) return ids;
        BoolQueryBuilder all = new BoolQueryBuilder().filter(ids);
        index.ifPresent(name -> all.filter(new TermQueryBuilder(INDEX_FIELD, name)));
        routing.ifPresent(value -> all.filter(new TermQueryBuilder(ROUTING_FIELD, value)));
        return all;
    }

    /**
     * Finds documents.
     *
     * @param field the field whose vectors are wanted
     * @param search the search that they are examples for
     */
    void find(
            List<Example.Document> documents,
            String field,
            IndicesRequest search,
            Client client,
            ActionListener<Map<Example.Document, Found>> listener) {
        Map<Optional<String>, List<Example.Document>> byIndex = new LinkedHashMap<>();
        for (Example.Document document : documents)
            byIndex.computeIfAbsent(document.index(), index -> new ArrayList<>()).add(document);
        ActionListener<Map<Example.Document, Found>> all = new GroupedActionListener<>(
                ActionListener.map(listener, parts -> {
                    Map<Example.Document, Found> found = new HashMap<>();
                    parts.forEach(found::putAll);
                    return found;
                }), byIndex.size());
        byIndex.forEach((index, group) -> {
            SearchRequest lookup = lookup(group, field, index, search);
            OuterSearch.in(client.threadPool().getThreadContext()).ifPresent(parent -> lookup.setParentTask(parent.task()));
            client.search(lookup, ActionListener.map(all, response -> read(group, field, index, search, response)));
        });
    }

    private SearchRequest lookup(
            List<Example.Document> documents,
            String field,
            Optional<String> index,
            IndicesRequest search) {
        Set<String> ids = new LinkedHashSet<>();
        documents.forEach(document -> ids.add(document.id()));
        SearchRequest lookup = new SearchRequest();
        SearchSourceBuilder source = new SearchSourceBuilder();
        if (index.isPresent()) {
            lookup.indices(index.get());
        } else if (search instanceof SearchRequest request && request.pointInTimeBuilder() != null) {
            source.pointInTimeBuilder(request.pointInTimeBuilder());
        } else {
            lookup.indices(search.indices()).indicesOptions(search.indicesOptions());
        }
        IndicesRequest looked = index.isPresent() ? lookup : search;
        if (spaces.allKeepSource(looked)) {
            // The field may be an alias, and another one in each index.
            Set<String> paths = new LinkedHashSet<>(List.of(field));
            spaces.configs(field, looked).values().forEach(config -> paths.add(config.path()));
            source.fetchSource(paths.toArray(String[]::new), null);
        } else {
            source.fetchSource(false);
        }
        // One more than there are documents to find, so that an id which is in two places is seen to be.
        source.query(asQuery(documents.stream().map(document -> new Example.Document(
                Optional.empty(), document.id(), document.routing(), 1)).toList()))
                .size(ids.size() + 1)
                .docValueField(field);
        return lookup.source(source).pipeline(NO_PIPELINE).allowPartialSearchResults(false);
    }

    private Map<Example.Document, Found> read(
            List<Example.Document> documents,
            String field,
            Optional<String> index,
            IndicesRequest search,
            SearchResponse response) {
        Map<Example.Document, Found> found = new HashMap<>();
        for (Example.Document document : documents) {
            List<SearchHit> hits = new ArrayList<>();
            for (SearchHit hit : response.getHits().getHits()) {
                if (hit.getId().equals(document.id()) && document.routing().map(value -> value.equals(routing(hit))).orElse(true))
                    hits.add(hit);
            }
            if (hits.isEmpty()) throw missing(document, field, index, search);
            if (hits.size() > 1) throw ambiguous(document, field, hits);
            found.put(document, found(document, field, hits.getFirst()));
        }
        return found;
    }

    private static String routing(SearchHit hit) {
        DocumentField routing = hit.field(ROUTING_FIELD);
        return routing == null ? null : routing.getValues().getFirst().toString();
    }

    private Found found(Example.Document document, String field, SearchHit hit) {
        Optional<FieldConfig> config = hit.getClusterAlias() == null ? spaces.config(field, hit.getIndex()) : Optional.empty();
        if (config.isEmpty() && hit.getClusterAlias() == null) {
            throw refused(field, document + " cannot serve as an example: [" + hit.getIndex() + "] has no field [" + field
                    + "] of type [embedding]");
        }
        Map<String, List<float[]>> bySpace = new TreeMap<>();
        Map<String, Object> source = hit.getSourceAsMap();
        if (source != null) {
            String path = config.map(FieldConfig::path).orElse(field);
            for (SourceText.Place place : new SourceText(path, List.of()).places(source)) {
                boolean empty = place.value().map(List.of()::equals).orElse(true);
                if (!empty) add(place.value().get(), document, field, config, bySpace);
            }
        }
        if (bySpace.isEmpty() && config.isPresent() && hit.field(field) != null
                && !hit.field(field).getValues().isEmpty()) {
            // The source does not keep it.
            add(hit.field(field).getValues(), document, field, config, bySpace);
        }
        if (bySpace.isEmpty()) {
            throw refused(field, named(document, hit)
                    + " has no vector there, or none that you may see; it cannot serve as an example");
        }
        if (bySpace.size() > 1) {
            throw refused(field, named(document, hit) + " holds vectors of several spaces " + bySpace.keySet()
                    + "; it cannot serve as an example");
        }
        return new Found(bySpace.keySet().iterator().next(), bySpace.values().iterator().next());
    }

    private static String named(Example.Document document, SearchHit hit) {
        return "document [" + document.id() + "] of [" + hit.getIndex() + "]";
    }

    private static void add(
            Object value,
            Example.Document document,
            String field,
            Optional<FieldConfig> config,
            Map<String, List<float[]>> bySpace) {
        try {
            if (value instanceof String text && StoredForm.isStored(text)) {
                // While a field moves to another model a document has vectors of both; the one that serves is meant.
                String serving = config.flatMap(of -> StoredForm.in(text, of.space()))
                        .orElseGet(() -> StoredForm.generations(text).getFirst());
                StoredForm stored = StoredForm.decode(serving);
                bySpace.computeIfAbsent(stored.space(), space -> new ArrayList<>()).addAll(stored.vectors());
            } else if (config.isPresent()) {
                bySpace.computeIfAbsent(config.get().space(), space -> new ArrayList<>())
                        .add(BroughtVector.of(value, config.get().dimension()));
            }
        } catch (IllegalArgumentException e) {
            throw refused(field, document + " cannot serve as an example: " + e.getMessage());
        }
    }

    private static IllegalArgumentException missing(
            Example.Document document,
            String field,
            Optional<String> index,
            IndicesRequest search) {
        String where = index.map(name -> "").orElseGet(() -> search.indices() == null || search.indices().length == 0
                ? " in the searched indices"
                : " in " + List.of(search.indices()));
        return refused(field, document + " is not found" + where
                + ", so nothing can be like it: it is not there, not refreshed yet, or not yours to see");
    }

    private static IllegalArgumentException ambiguous(Example.Document document, String field, List<SearchHit> hits) {
        Set<String> indices = new LinkedHashSet<>();
        for (SearchHit hit : hits) indices.add(hit.getIndex());
        return refused(field, indices.size() > 1
                ? document + " is in " + indices + "; say in [_index] which is meant"
                : document + " is there more than once, with different routing; say in [routing] which is meant");
    }

    private static IllegalArgumentException refused(String field, String reason) {
        return new IllegalArgumentException("[semantic] field [" + field + "]: " + reason);
    }
}

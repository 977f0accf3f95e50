package io.semanticsearch.embedding.remote;

import io.semanticsearch.embedding.Prompts;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What published models want to read before documents and queries, by their names on servers that put nothing there themselves: with or
 * without the name of who published them, in any case, with any tag.
 */
final class KnownPrompts {

    private static final String SEARCH = "Represent this sentence for searching relevant passages: ";
    private static final String WEB_SEARCH = "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:";
    private static final Map<Pattern, Prompts> BY_NAME = new LinkedHashMap<>();

    static {
        // The first that is found in the name counts.
        put("nomic-embed-text|modernbert-embed", new Prompts("search_document: ", "search_query: "));
        put("e5-mistral-7b-instruct|e5-large-instruct|gte-qwen2.*-instruct", new Prompts("", WEB_SEARCH + " "));
        put("(?:^|[/_-])e5-(?:small|base|large)", new Prompts("passage: ", "query: "));
        put("bge-(?:small|base|large)-en", new Prompts("", SEARCH));
        put("bge-(?:small|base|large)-zh", new Prompts("", "为这个句子生成表示以用于检索相关文章："));
        put("snowflake-arctic-embed(?:2|-[ml]-v2)", new Prompts("", "query: "));
        put("snowflake-arctic-embed", new Prompts("", SEARCH));
        put("mxbai-embed-large", new Prompts("", SEARCH));
        put("embeddinggemma", new Prompts("title: none | text: ", "task: search result | query: "));
        put("qwen3-embedding", new Prompts("", WEB_SEARCH));
        put("jina-embeddings-v5", new Prompts("Document: ", "Query: "));
    }

    private KnownPrompts() {}

    static Prompts of(String model) {
        String name = model.toLowerCase(Locale.ROOT);
        return BY_NAME.entrySet().stream().filter(entry -> entry.getKey().matcher(name).find()).map(Map.Entry::getValue)
                .findFirst()
                .orElse(Prompts.NONE);
    }

    private static void put(String name, Prompts prompts) {
        BY_NAME.put(Pattern.compile(name), prompts);
    }
}

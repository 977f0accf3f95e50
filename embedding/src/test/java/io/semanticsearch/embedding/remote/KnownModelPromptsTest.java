package io.semanticsearch.embedding.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.semanticsearch.embedding.Prompts;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KnownModelPromptsTest {

    private static final String SEARCH = "Represent this sentence for searching relevant passages: ";
    private static final String INSTRUCT = "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:";

    @ParameterizedTest
    @CsvSource(delimiter = ';', ignoreLeadingAndTrailingWhitespace = false, value = {
        "nomic-embed-text:latest;search_document: ;search_query: ",
        "nomic-ai/nomic-embed-text-v1.5;search_document: ;search_query: ",
        "intfloat/multilingual-e5-base;passage: ;query: ", "e5-small-v2;passage: ;query: ", "embeddinggemma:300m;"
                + "title: none | text: ;task: search result | query: ",
        "snowflake-arctic-embed2;'';query: ", "Snowflake/snowflake-arctic-embed-l-v2.0;'';query: ",
        "snowflake-arctic-embed:m;'';" + SEARCH, "mxbai-embed-large;'';" + SEARCH, "BAAI/bge-base-en-v1.5;'';" + SEARCH,
        "bge-m3;'';''", "all-minilm;'';''", "text-embedding-3-small;'';''", "mistral-embed;'';''"})
    void models_are_known_by_their_names(String model, String document, String query) {
        assertEquals(new Prompts(document, query), KnownModels.prompts(model));
    }

    @ParameterizedTest
    @CsvSource({"qwen3-embedding:0.6b, ''", "Qwen/Qwen3-Embedding-8B, ''", "intfloat/multilingual-e5-large-instruct, ' '",
        "e5-mistral-7b-instruct, ' '", "Alibaba-NLP/gte-Qwen2-1.5B-instruct, ' '"})
    void instructed_models_want_a_task_for_queries(String model, String end) {
        assertEquals(new Prompts("", INSTRUCT + end), KnownModels.prompts(model));
    }
}

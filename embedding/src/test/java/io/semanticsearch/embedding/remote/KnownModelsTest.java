package io.semanticsearch.embedding.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semanticsearch.embedding.Prompts;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The values are those of the models' cards and the providers' manuals. */
class KnownModelsTest {

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        // model; dimension; smallest; largest; tokens; pooling
        "gemini-embedding-2; 3072; 128; 3072; 8192; ''",
        "gemini-embedding-001; 3072; 128; 3072; 2048; ''",
        "gemini-embedding-exp-03-07; 3072; 768; 3072; 8192; ''",
        "text-embedding-004; 768; 1; 768; 2048; ''",
        "embedding-001; 768; 768; 768; 2048; ''",
        "text-embedding-3-small; 1536; 1; 1536; 8191; ''",
        "text-embedding-3-large; 3072; 1; 3072; 8191; ''",
        "text-embedding-ada-002; 1536; 1536; 1536; 8191; ''",
        "embed-v4.0; 1536; 256; 1536; 128000; ''",
        "embed-multilingual-v3.0; 1024; 1024; 1024; 512; ''",
        "embed-english-light-v3.0; 384; 384; 384; 512; ''",
        "voyage-4-large; 1024; 256; 2048; 32000; ''",
        "voyage-3.5; 1024; 256; 2048; 32000; ''",
        "voyage-law-2; 1024; 1024; 1024; 16000; ''",
        "voyage-code-2; 1536; 1536; 1536; 16000; ''",
        "voyage-2; 1024; 1024; 1024; 4000; ''",
        "mistral-embed; 1024; 1024; 1024; 8192; ''",
        "codestral-embed; 1536; 1; 3072; 8192; ''",
        "all-MiniLM-L6-v2; 384; 384; 384; 256; mean",
        "all-MiniLM-L12-v2; 384; 384; 384; 128; mean",
        "all-mpnet-base-v2; 768; 768; 768; 384; mean",
        "nomic-embed-text-v1; 768; 768; 768; 8192; mean",
        "nomic-embed-text-v1.5; 768; 64; 768; 8192; mean",
        "nomic-embed-text-v2-moe; 768; 256; 768; 512; mean",
        "modernbert-embed-base; 768; 256; 768; 8192; mean",
        "e5-small-v2; 384; 384; 384; 512; mean",
        "multilingual-e5-large; 1024; 1024; 1024; 512; mean",
        "e5-mistral-7b-instruct; 4096; 4096; 4096; 4096; last",
        "bge-small-en-v1.5; 384; 384; 384; 512; cls",
        "bge-small-zh-v1.5; 512; 512; 512; 512; cls",
        "bge-m3; 1024; 1024; 1024; 8192; cls",
        "gte-base; 768; 768; 768; 512; mean",
        "gte-small-zh; 512; 512; 512; 512; ''",
        "gte-large-en-v1.5; 1024; 1024; 1024; 8192; cls",
        "gte-modernbert-base; 768; 768; 768; 8192; cls",
        "gte-Qwen2-7B-instruct; 3584; 3584; 3584; 32768; last",
        "snowflake-arctic-embed-xs; 384; 384; 384; 512; cls",
        "snowflake-arctic-embed-m-long; 768; 768; 768; 2048; cls",
        "snowflake-arctic-embed-l-v2.0; 1024; 256; 1024; 8192; cls",
        "mxbai-embed-large-v1; 1024; 1; 1024; 512; cls",
        "embeddinggemma-300m; 768; 128; 768; 2048; mean",
        "Qwen3-Embedding-0.6B; 1024; 32; 1024; 32768; last",
        "Qwen3-Embedding-4B; 2560; 32; 2560; 32768; last",
        "jina-embeddings-v3; 1024; 32; 1024; 8192; mean",
        "jina-embeddings-v4; 2048; 128; 2048; 32768; mean",
        "jina-embeddings-v5-text-nano; 768; 1; 768; 8192; last",
        "jina-embeddings-v2-small-en; 512; 512; 512; 8192; mean",
        "instructor-xl; 768; 768; 768; 512; mean"})
    void sizes(String name, int standard, int smallest, int largest, int maxTokens, String pooling) {
        KnownModel model = known(name);
        OutputDimensions dimensions = model.dimensions();
        assertEquals(standard, dimensions.standard());
        assertEquals(smallest, dimensions.smallest());
        assertEquals(largest, dimensions.largest());
        assertEquals(maxTokens, model.maxTokens());
        assertEquals(pooling, model.pooling());
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "all-MiniLM-L6-v2; ''; ''",
        "nomic-embed-text-v1.5; 'search_document: '; 'search_query: '",
        "modernbert-embed-base; 'search_document: '; 'search_query: '",
        "e5-large; 'passage: '; 'query: '",
        "multilingual-e5-small; 'passage: '; 'query: '",
        "bge-large-en-v1.5; ''; 'Represent this sentence for searching relevant passages: '",
        "bge-base-zh-v1.5; ''; '为这个句子生成表示以用于检索相关文章：'",
        "bge-m3; ''; ''",
        "snowflake-arctic-embed-s; ''; 'Represent this sentence for searching relevant passages: '",
        "snowflake-arctic-embed-m-v2.0; ''; 'query: '",
        "mxbai-embed-large-v1; ''; 'Represent this sentence for searching relevant passages: '",
        "embeddinggemma-300m; 'title: none | text: '; 'task: search result | query: '",
        "jina-embeddings-v3; 'Represent the document for retrieval: '; 'Represent the query for retrieving evidence documents: '",
        "jina-embeddings-v5-text-small; 'Document: '; 'Query: '",
        "jina-embeddings-v4; 'Passage: '; 'Query: '",
        "text-embedding-3-small; ''; ''"})
    void prompts(String name, String document, String query) {
        assertEquals(new Prompts(document, query), known(name).prompts());
    }

    @Test
    void prompts_do_not_depend_on_a_tag_that_is_not_known() {
        assertEquals(new Prompts("search_document: ", "search_query: "), KnownModels.prompts("nomic-embed-text:fine-tuned"));
        assertEquals(Prompts.NONE, KnownModels.prompts("my-model:latest"));
        assertEquals(Prompts.NONE, KnownModels.prompts(":"));
    }

    @Test
    void tokens_of_a_model_that_is_not_known_are_the_usual() {
        assertEquals(256, KnownModels.textTokens("all-minilm"));
        assertEquals(8192, KnownModels.textTokens("my-model"));
    }

    @Test
    void instructions_of_qwen_have_no_space_after_the_colon_and_others_do() {
        String task = "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:";
        assertEquals(new Prompts("", task), known("qwen3-embedding:8b").prompts());
        assertEquals(new Prompts("", task + " "), known("intfloat/multilingual-e5-large-instruct").prompts());
    }

    @ParameterizedTest
    @ValueSource(strings = {"nomic-embed-text", "nomic-embed-text:latest", "nomic-embed-text:v1.5", "nomic-embed-text-v1.5",
        "nomic-embed-text:137m-v1.5-fp16", "nomic-ai/nomic-embed-text-v1.5", "nomic-ai/nomic-embed-text-v1.5-GGUF",
        "Nomic-Embed-Text-v1.5", "nomic-embed-text-v1.5.Q4_K_M.gguf", "text-embedding-nomic-embed-text-v1.5",
        "text-embedding-nomic-embed-text-v1.5@q4_k_m", "hf.co/nomic-ai/nomic-embed-text-v1.5-GGUF:Q4_K_M"})
    void spellings_of_one_model(String name) {
        assertEquals("nomic-embed-text-v1.5", known(name).name());
    }

    @ParameterizedTest
    @CsvSource({"all-minilm, all-minilm-l6-v2", "all-minilm:l12-v2, all-minilm-l12-v2",
        "sentence-transformers/all-MiniLM-L6-v2, all-minilm-l6-v2", "qwen3-embedding, qwen3-embedding-8b",
        "qwen3-embedding:0.6b, qwen3-embedding-0.6b", "Qwen/Qwen3-Embedding-4B-GGUF, qwen3-embedding-4b",
        "mxbai-embed-large, mxbai-embed-large-v1", "snowflake-arctic-embed, snowflake-arctic-embed-l",
        "snowflake-arctic-embed:22m, snowflake-arctic-embed-xs", "snowflake-arctic-embed2, snowflake-arctic-embed-l-v2.0",
        "embeddinggemma, embeddinggemma-300m", "models/gemini-embedding-001, gemini-embedding-001",
        "BAAI/bge-m3, bge-m3", "openai/text-embedding-3-small, text-embedding-3-small"})
    void names_that_providers_give(String name, String card) {
        assertEquals(card, known(name).name());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "latest", "nomic-embed-text-v9", "nomic-embed-text:fine-tuned", "text-embedding-", "/",
        "my-bge-m3", "qwen3-embedding:13b"})
    void another_model_is_not_known(String name) {
        assertEquals(Optional.empty(), KnownModels.find(name));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"embed-v4.0; 512; true", "embed-v4.0; 768; false", "voyage-4; 2048; true",
        "voyage-4; 4096; false", "nomic-embed-text; 64; true", "nomic-embed-text; 63; false", "nomic-embed-text; 769; false",
        "embeddinggemma; 128; true", "embeddinggemma; 129; false", "bge-m3; 1024; true", "bge-m3; 512; false"})
    void dimensions_that_may_be_asked_for(String name, int dimensions, boolean allowed) {
        assertEquals(allowed, known(name).dimensions().allows(dimensions));
    }

    @Test
    void what_is_expected_is_told() {
        assertEquals("one of [256, 512, 1024, 1536]", known("embed-v4.0").dimensions().expected());
        assertEquals("[64] to [768]", known("nomic-embed-text").dimensions().expected());
        assertEquals("[1024], or to leave it out", known("bge-m3").dimensions().expected());
    }

    private static KnownModel known(String name) {
        Optional<KnownModel> model = KnownModels.find(name);
        assertTrue(model.isPresent(), name);
        return model.get();
    }
}

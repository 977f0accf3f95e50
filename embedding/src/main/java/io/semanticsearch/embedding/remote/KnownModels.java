package io.semanticsearch.embedding.remote;

import static io.semanticsearch.embedding.remote.OutputDimensions.among;
import static io.semanticsearch.embedding.remote.OutputDimensions.between;
import static io.semanticsearch.embedding.remote.OutputDimensions.only;

import io.semanticsearch.embedding.Prompts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Published models, because most servers tell neither what to put before a text nor how long one may be. A model that is not here works as
 * well: its dimension is that of the first vector.
 */
final class KnownModels {

    private static final String MEAN = "mean";
    private static final String CLS = "cls";
    private static final String LAST = "last";
    private static final String UNTOLD = "";

    private static final String SEARCH_TASK = "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:";
    private static final Prompts NOMIC = new Prompts("search_document: ", "search_query: ");
    private static final Prompts PASSAGES = new Prompts("", "Represent this sentence for searching relevant passages: ");
    private static final Prompts INSTRUCT = new Prompts("", SEARCH_TASK + " ");

    /** Files and tags in which the same weights come in other precisions. */
    private static final Pattern PRECISION = Pattern.compile("([-.:@](latest|gguf|i?q[0-9]\\w*|b?f16|fp16|f32|fp32|int8))+$");
    private static final String LM_STUDIO = "text-embedding-";

    private static final Map<String, KnownModel> BY_NAME = byName();

    private KnownModels() {}

    /**
     * The model that a provider calls by this name, in any case, with or without its organization, the tag {@code latest}, a precision.
     */
    static Optional<KnownModel> find(String model) {
        String name = model.toLowerCase(Locale.ROOT);
        name = name.substring(name.lastIndexOf('/') + 1);
        name = PRECISION.matcher(name).replaceFirst("").replace(':', '-');
        KnownModel known = BY_NAME.get(name);
        if (known == null && name.startsWith(LM_STUDIO)) known = BY_NAME.get(name.substring(LM_STUDIO.length()));
        return Optional.ofNullable(known);
    }

    /**
     * What to put before texts where the server puts nothing; with a tag that is not known, that of the model's other tags, for a family is
     * trained with one pair of prompts.
     */
    static Prompts prompts(String model) {
        int tag = model.lastIndexOf(':');
        Optional<KnownModel> known = find(model);
        if (known.isEmpty() && tag > 0) known = find(model.substring(0, tag));
        return known.map(KnownModel::prompts).orElse(Prompts.NONE);
    }

    /** How many tokens of one text the model reads at most, as far as is known. */
    static int textTokens(String model) {
        return find(model).map(KnownModel::maxTokens).orElse(Limits.USUAL_TEXT_TOKENS);
    }

    private static Map<String, KnownModel> byName() {
        Map<String, KnownModel> byName = new HashMap<>();
        for (KnownModel model : all()) {
            for (String name : model.names()) {
                if (byName.put(name, model) != null) throw new IllegalStateException("two models are called [" + name + "]");
            }
        }
        return Map.copyOf(byName);
    }

    private static List<KnownModel> all() {
        List<KnownModel> all = new ArrayList<>();
        addHosted(all);
        addSentenceTransformers(all);
        addRetrievers(all);
        addLargeRetrievers(all);
        return all;
    }

    /** Those whose weights only their maker has. */
    private static void addHosted(List<KnownModel> all) {
        add(all, between(128, 3072, 3072), 8192, Prompts.NONE, UNTOLD, "gemini-embedding-2", "gemini-embedding-2-preview");
        add(all, between(128, 3072, 3072), 2048, Prompts.NONE, UNTOLD, "gemini-embedding-001");
        add(all, among(3072, List.of(768, 1536, 3072)), 8192, Prompts.NONE, UNTOLD, "gemini-embedding-exp-03-07");
        add(all, between(1, 768, 768), 2048, Prompts.NONE, UNTOLD, "text-embedding-004");
        add(all, only(768), 2048, Prompts.NONE, UNTOLD, "embedding-001");
        add(all, between(1, 1536, 1536), 8191, Prompts.NONE, UNTOLD, "text-embedding-3-small");
        add(all, between(1, 3072, 3072), 8191, Prompts.NONE, UNTOLD, "text-embedding-3-large");
        add(all, only(1536), 8191, Prompts.NONE, UNTOLD, "text-embedding-ada-002");
        add(all, among(1536, List.of(256, 512, 1024, 1536)), 128_000, Prompts.NONE, UNTOLD, "embed-v4.0");
        add(all, only(1024), 512, Prompts.NONE, UNTOLD, "embed-english-v3.0");
        add(all, only(1024), 512, Prompts.NONE, UNTOLD, "embed-multilingual-v3.0");
        add(all, only(384), 512, Prompts.NONE, UNTOLD, "embed-english-light-v3.0");
        add(all, only(384), 512, Prompts.NONE, UNTOLD, "embed-multilingual-light-v3.0");
        for (String name : List.of("4-large", "4", "4-lite", "3.5", "3.5-lite", "3-large", "code-3")) {
            add(all, among(1024, List.of(256, 512, 1024, 2048)), 32_000, Prompts.NONE, UNTOLD, "voyage-" + name);
        }
        add(all, among(1024, List.of(256, 512, 1024, 2048)), 32_000, Prompts.NONE, UNTOLD, "voyage-multimodal-3.5");
        add(all, only(1024), 32_000, Prompts.NONE, UNTOLD, "voyage-multimodal-3");
        add(all, only(1024), 32_000, Prompts.NONE, UNTOLD, "voyage-finance-2");
        add(all, only(1024), 32_000, Prompts.NONE, UNTOLD, "voyage-multilingual-2");
        add(all, only(1024), 16_000, Prompts.NONE, UNTOLD, "voyage-law-2");
        add(all, only(1536), 16_000, Prompts.NONE, UNTOLD, "voyage-code-2");
        add(all, only(1024), 4000, Prompts.NONE, UNTOLD, "voyage-2");
        add(all, only(1024), 8192, Prompts.NONE, UNTOLD, "mistral-embed");
        add(all, between(1, 1536, 3072), 8192, Prompts.NONE, UNTOLD, "codestral-embed");
    }

    private static void addSentenceTransformers(List<KnownModel> all) {
        add(all, only(384), 256, Prompts.NONE, MEAN, "all-minilm-l6-v2", "all-minilm", "all-minilm-22m");
        add(all, only(384), 128, Prompts.NONE, MEAN, "all-minilm-l12-v2", "all-minilm-33m");
        add(all, only(768), 384, Prompts.NONE, MEAN, "all-mpnet-base-v2");
        for (String size : List.of("base", "large", "xl")) {
            add(all, only(768), 512, Prompts.NONE, MEAN, "instructor-" + size);
        }
    }

    /** Encoders of up to about a billion parameters. */
    private static void addRetrievers(List<KnownModel> all) {
        add(all, only(768), 8192, NOMIC, MEAN, "nomic-embed-text-v1");
        add(all, between(64, 768, 768), 8192, NOMIC, MEAN, "nomic-embed-text-v1.5", "nomic-embed-text",
                "nomic-embed-text-137m-v1.5");
        add(all, among(768, List.of(256, 768)), 512, NOMIC, MEAN, "nomic-embed-text-v2-moe");
        add(all, among(768, List.of(256, 768)), 8192, NOMIC, MEAN, "modernbert-embed-base");

        Prompts e5 = new Prompts("passage: ", "query: ");
        Prompts chinese = new Prompts("", "为这个句子生成表示以用于检索相关文章：");
        for (Size size : List.of(new Size("small", 384), new Size("base", 768), new Size("large", 1024))) {
            add(all, only(size.dimension), 512, e5, MEAN, "e5-" + size.name);
            add(all, only(size.dimension), 512, e5, MEAN, "e5-" + size.name + "-v2");
            add(all, only(size.dimension), 512, e5, MEAN, "multilingual-e5-" + size.name);
            add(all, only(size.dimension), 512, PASSAGES, CLS, "bge-" + size.name + "-en-v1.5", "bge-" + size.name);
            add(all, only(size.dimension), 512, Prompts.NONE, MEAN, "gte-" + size.name);
        }
        for (Size size : List.of(new Size("small", 512), new Size("base", 768), new Size("large", 1024))) {
            add(all, only(size.dimension), 512, chinese, CLS, "bge-" + size.name + "-zh-v1.5");
            add(all, only(size.dimension), 512, Prompts.NONE, UNTOLD, "gte-" + size.name + "-zh");
        }
        add(all, only(1024), 8192, Prompts.NONE, CLS, "bge-m3", "bge-m3-567m");
        add(all, only(768), 8192, Prompts.NONE, CLS, "gte-base-en-v1.5");
        add(all, only(1024), 8192, Prompts.NONE, CLS, "gte-large-en-v1.5");
        add(all, between(1, 768, 768), 8192, Prompts.NONE, CLS, "gte-multilingual-base");
        add(all, only(768), 8192, Prompts.NONE, CLS, "gte-modernbert-base");

        add(all, only(384), 512, PASSAGES, CLS, "snowflake-arctic-embed-xs", "snowflake-arctic-embed-22m");
        add(all, only(384), 512, PASSAGES, CLS, "snowflake-arctic-embed-s", "snowflake-arctic-embed-33m");
        add(all, only(768), 512, PASSAGES, CLS, "snowflake-arctic-embed-m", "snowflake-arctic-embed-110m");
        add(all, only(1024), 512, PASSAGES, CLS, "snowflake-arctic-embed-l", "snowflake-arctic-embed",
                "snowflake-arctic-embed-335m");
        add(all, only(768), 2048, PASSAGES, CLS, "snowflake-arctic-embed-m-long", "snowflake-arctic-embed-137m");
        add(all, among(768, List.of(256, 768)), 512, PASSAGES, CLS, "snowflake-arctic-embed-m-v1.5");
        Prompts queries = new Prompts("", "query: ");
        add(all, among(768, List.of(256, 768)), 8192, queries, CLS, "snowflake-arctic-embed-m-v2.0");
        add(all, among(1024, List.of(256, 1024)), 8192, queries, CLS, "snowflake-arctic-embed-l-v2.0", "snowflake-arctic-embed2",
                "snowflake-arctic-embed2-568m");
        add(all, between(1, 1024, 1024), 512, PASSAGES, CLS, "mxbai-embed-large-v1", "mxbai-embed-large",
                "mxbai-embed-large-335m");
        add(all, among(768, List.of(128, 256, 512, 768)), 2048,
                new Prompts("title: none | text: ", "task: search result | query: "), MEAN, "embeddinggemma-300m",
                "embeddinggemma");

        add(all, between(32, 1024, 1024), 8192, new Prompts("Represent the document for retrieval: ",
                "Represent the query for retrieving evidence documents: "), MEAN, "jina-embeddings-v3");
        for (String language : List.of("en", "de", "es", "zh", "code")) {
            add(all, only(768), 8192, Prompts.NONE, MEAN, "jina-embeddings-v2-base-" + language);
        }
        add(all, only(512), 8192, Prompts.NONE, MEAN, "jina-embeddings-v2-small-en");
        Prompts fifth = new Prompts("Document: ", "Query: ");
        add(all, between(1, 1024, 1024), 32_768, fifth, LAST, "jina-embeddings-v5-text-small");
        add(all, between(1, 768, 768), 8192, fifth, LAST, "jina-embeddings-v5-text-nano");
        add(all, between(1, 1024, 1024), 8192, Prompts.NONE, UNTOLD, "jina-clip-v2");
    }

    /** Decoders that were made into encoders. */
    private static void addLargeRetrievers(List<KnownModel> all) {
        add(all, only(1024), 512, INSTRUCT, MEAN, "multilingual-e5-large-instruct");
        add(all, only(4096), 4096, INSTRUCT, LAST, "e5-mistral-7b-instruct");
        add(all, only(1536), 32_768, INSTRUCT, LAST, "gte-qwen2-1.5b-instruct");
        add(all, only(3584), 32_768, INSTRUCT, LAST, "gte-qwen2-7b-instruct");
        // No space after the colon: this family was trained without.
        Prompts qwen = new Prompts("", SEARCH_TASK);
        add(all, between(32, 1024, 1024), 32_768, qwen, LAST, "qwen3-embedding-0.6b");
        add(all, between(32, 2560, 2560), 32_768, qwen, LAST, "qwen3-embedding-4b");
        add(all, between(32, 4096, 4096), 32_768, qwen, LAST, "qwen3-embedding-8b", "qwen3-embedding");
        add(all, between(128, 2048, 2048), 32_768, new Prompts("Passage: ", "Query: "), MEAN, "jina-embeddings-v4");
    }

    private record Size(String name, int dimension) {}

    private static void add(List<KnownModel> all,
            OutputDimensions dimensions,
            int maxTokens,
            Prompts prompts,
            String pooling,
            String... names) {
        all.add(new KnownModel(List.of(names), dimensions, maxTokens, prompts, pooling));
    }
}

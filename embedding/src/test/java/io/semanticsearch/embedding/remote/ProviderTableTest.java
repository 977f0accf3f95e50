package io.semanticsearch.embedding.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.RemoteModel;
import io.semanticsearch.embedding.Role;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What is asked of every provider, a cell each: it does so, or has none of it and says so. */
class ProviderTableTest {

    private static final List<Supplier<ProviderContract>> PROVIDERS = List.of(GeminiContractTest::new, OllamaProviderTest::new,
            NomicContractTest::new, OpenAiProviderTest::new, AzureOpenAiProviderTest::new, CohereContractTest::new,
            VoyageContractTest::new, JinaContractTest::new, MistralContractTest::new, TeiContractTest::new);

    /**
     * @param has whether the provider has it
     * @param works that it does
     * @param none that it is told where it has none
     */
    private record Column(String name,
            Predicate<ProviderContract> has,
            Consumer<ProviderContract> works,
            Consumer<ProviderContract> none) {

        Column(String name, Consumer<ProviderContract> works) {
            this(name, provider -> true, works, provider -> {
            });
        }

        DynamicTest of(Supplier<ProviderContract> provider) {
            boolean has = with(provider, this.has::test);
            return DynamicTest.dynamicTest(name + (has ? "" : ": the provider has none"), () -> with(provider, contract -> {
                (has ? works : none).accept(contract);
                return true;
            }));
        }

        private static boolean with(Supplier<ProviderContract> provider, Predicate<ProviderContract> use) {
            ProviderContract contract = provider.get();
            try {
                return use.test(contract);
            } finally {
                contract.close();
            }
        }
    }

    private static final List<Column> COLUMNS = List.of(
            new Column("documents", ProviderTableTest::documents),
            new Column("queries", ProviderContract::documents_and_queries_are_told_apart),
            new Column("batch split", ProviderContract::result_i_belongs_to_text_i_over_several_calls),
            new Column("dimensions", ProviderContract::dimensions_are_asked_for_and_checked),
            new Column("task", provider -> !provider(provider).tasks(model(provider)).known().isEmpty(),
                    ProviderContract::every_task_is_told, ProviderContract::an_unknown_task_names_the_known_ones),
            new Column("truncation", provider -> provider.tooLong().isPresent(), ProviderContract::a_long_text_is_cut_and_told,
                    ProviderTableTest::noRefusalOfLongTexts),
            new Column("image", provider -> !provider(provider).imageModels().isEmpty(), ProviderContract::images_are_embedded,
                    ProviderContract::images_are_refused_where_the_model_reads_none),
            new Column("usage", provider -> provider.tokens(1).isPresent(), ProviderContract::usage_is_counted,
                    ProviderContract::usage_is_counted),
            new Column("retry on 429", ProviderContract::too_many_requests_are_tried_again_when_the_server_says),
            new Column("error mapped", ProviderContract::a_wrong_key_is_not_tried_again_and_not_told));

    @TestFactory
    Stream<DynamicContainer> every_cell_has_its_proof() {
        assertEquals(RemoteModel.PROVIDERS, PROVIDERS.stream().map(contract -> {
            ProviderContract provider = contract.get();
            provider.close();
            return provider.definition().get("provider");
        }).toList());
        return PROVIDERS.stream().map(provider -> {
            ProviderContract contract = provider.get();
            contract.close();
            return DynamicContainer.dynamicContainer((String) contract.definition().get("provider"),
                    COLUMNS.stream().map(column -> column.of(provider)));
        });
    }

    private static void documents(ProviderContract provider) {
        RemoteFunction function = provider.open(Map.of());
        List<String> texts = List.of("red apples", "green pears", "blue plums");
        List<Embedding> embeddings = ProviderContract.get(function.embed(Role.DOCUMENT, texts));
        for (int i = 0; i < texts.size(); i++) {
            ProviderContract.assertVector(function, Role.DOCUMENT, texts.get(i), embeddings.get(i));
        }
    }

    /** A provider that cuts in silence cannot be had to refuse, and that is told at once. */
    private static void noRefusalOfLongTexts(ProviderContract provider) {
        EmbeddingException e = ProviderContract
                .failure(provider.models.open((RemoteModel) provider.define(Map.of("long_text", "error"))));
        assertInstanceOf(EmbeddingException.BadRequest.class, e);
        assertTrue(e.getMessage().contains("[long_text] is [error], expected"), e.getMessage());
    }

    private static Provider provider(ProviderContract contract) {
        return Providers.of((String) contract.definition().get("provider"));
    }

    private static RemoteModel model(ProviderContract contract) {
        return (RemoteModel) contract.define(Map.of());
    }
}

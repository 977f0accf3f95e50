package io.semanticsearch.plugin.models;

import static org.hamcrest.Matchers.containsString;

import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.LocalModel;
import io.semanticsearch.embedding.ModelDefinition;
import io.semanticsearch.embedding.hub.HubModels;
import io.semanticsearch.embedding.hub.HubOptions;
import io.semanticsearch.embedding.local.LocalModels;
import io.semanticsearch.embedding.local.LoneQueries;
import io.semanticsearch.embedding.local.Transformers;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.opensearch.test.OpenSearchTestCase;

/** Texts for a model whose files cannot be fetched. */
public class ModelLoadsTests extends OpenSearchTestCase {

    public void testWhyAFetchFailedIsToldAndNotAskedForAgainAtOnce() {
        Path folder = createTempDir();
        HubOptions usual = HubOptions.defaults();
        HubOptions offline = new HubOptions(URI.create("http://127.0.0.1:1"), Optional::empty, true, Optional.empty(),
                usual.connectTimeout(), usual.readTimeout(), usual.patience(), usual.maxBytes(), usual.userAgent());
        LocalModel definition = (LocalModel) ModelDefinition.of("m", Map.of("provider", "local", "model", "hf:acme/tiny"));
        Transformers transformers = new Transformers(folder, Optional.empty(), folder, (level, message, place) -> {},
                LoneQueries.ON_ONE_THREAD);
        try (HubModels hub = new HubModels(folder.resolve("hub"), offline);
                ModelLoads loads = new ModelLoads(new LocalModels(folder, transformers, hub))) {
            assertFalse(loads.isHere(definition));
            CompletionException failure = expectThrows(CompletionException.class, () -> loads.begin("m", definition).join());
            EmbeddingException told = loads.fetchFor("m", definition);
            assertTrue(told.toString(), told instanceof EmbeddingException.BadRequest);
            assertThat(told.getMessage(), containsString("this node makes no requests for models"));
            assertEquals(failure.getCause().getMessage(), told.getMessage());
            assertSame("it was not tried again", told, loads.fetchFor("m", definition));
            loads.retain(List.of());
            assertTrue("a new definition begins anew", loads.fetchFor("m", definition) != told);
        }
    }
}

package io.semanticsearch.plugin.models;

import io.semanticsearch.embedding.EmbeddingException;
import java.io.IOException;
import java.util.List;
import org.opensearch.ExceptionsHelper;
import org.opensearch.test.OpenSearchTestCase;

/** What a node says of failures, and that no {@link Error} is left in it: OpenSearch would end the node for one. */
public class StatusesTests extends OpenSearchTestCase {

    public void testErrorsAreToldAndNotPassedOn() {
        Error full = new OutOfMemoryError("native memory");
        for (Throwable failure : List.of(
                new EmbeddingException.BrokenModel("embedding failed: [" + full + "]", full),
                new EmbeddingException.Unavailable("embedding failed: [" + full + "]", new IOException(full)),
                new IllegalStateException(full), full)) {
            RuntimeException told = Statuses.of(failure);
            assertTrue(told.toString(), told.getMessage().contains("java.lang.OutOfMemoryError: native memory"));
            assertTrue(told.toString(), ExceptionsHelper.maybeError(told).isEmpty());
        }
    }

    public void testOtherCausesStay() {
        IOException cause = new IOException("cut off");
        assertSame(cause, Statuses.of(new EmbeddingException.BrokenModel("no model", cause)).getCause());
    }
}

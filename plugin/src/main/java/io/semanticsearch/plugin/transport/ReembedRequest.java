package io.semanticsearch.plugin.transport;

import java.util.Optional;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.ActionRequestValidationException;
import org.opensearch.action.IndicesRequest;
import org.opensearch.action.support.IndicesOptions;
import org.opensearch.common.unit.TimeValue;

/** Which fields of which indices to embed. */
public final class ReembedRequest extends ActionRequest implements IndicesRequest.Replaceable {

    /** What to do with a job. */
    enum What {
        START, CUT_OVER, CANCEL
    }

    private String[] indices;
    private final What what;
    private final Optional<String> field;
    private final Optional<String> model;
    private final int throttle;
    private final boolean cutOver;
    private final Optional<TimeValue> patience;

    private ReembedRequest(String[] indices,
            What what,
            Optional<String> field,
            Optional<String> model,
            int throttle,
            boolean cutOver,
            Optional<TimeValue> patience) {
        this.indices = indices;
        this.what = what;
        this.field = field;
        this.model = model;
        this.throttle = throttle;
        this.cutOver = cutOver;
        this.patience = patience;
    }

    /**
     * A request to start.
     *
     * @param field full path of a field; empty for all
     * @param model id or alias of the model to move to; empty to make what is missing
     * @param throttle documents a second at most; 0 for no limit
     * @param cutOver whether the field moves by itself once no document failed
     * @param patience how long the answer waits for the end; empty for an answer at once
     */
    public static ReembedRequest start(String[] indices,
            Optional<String> field,
            Optional<String> model,
            int throttle,
            boolean cutOver,
            Optional<TimeValue> patience) {
        return new ReembedRequest(indices, What.START, field, model, throttle, cutOver, patience);
    }

    /** A request to end what was started, and to forget the next model. */
    public static ReembedRequest cancel(String[] indices, Optional<String> field) {
        return new ReembedRequest(indices, What.CANCEL, field, Optional.empty(), 0, false, Optional.empty());
    }

    /** A request to have the next model serve, whatever is missing of it. */
    public static ReembedRequest cutOver(String[] indices, Optional<String> field) {
        return new ReembedRequest(indices, What.CUT_OVER, field, Optional.empty(), 0, false, Optional.empty());
    }

    What what() {
        return what;
    }

    Optional<String> field() {
        return field;
    }

    Optional<String> model() {
        return model;
    }

    int throttle() {
        return throttle;
    }

    boolean cutOver() {
        return cutOver;
    }

    Optional<TimeValue> patience() {
        return patience;
    }

    @Override
    public String[] indices() {
        return indices;
    }

    @Override
    public IndicesOptions indicesOptions() {
        return IndicesOptions.strictExpandOpen();
    }

    @Override
    public IndicesRequest indices(String... names) {
        this.indices = names;
        return this;
    }

    @Override
    public boolean includeDataStreams() {
        return true;
    }

    @Override
    public ActionRequestValidationException validate() {
        return null;
    }
}

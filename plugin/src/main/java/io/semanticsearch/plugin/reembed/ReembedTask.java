package io.semanticsearch.plugin.reembed;

import java.util.Map;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.persistent.AllocatedPersistentTask;

/** A job that runs on this node, as a task that can be watched and cancelled. */
final class ReembedTask extends AllocatedPersistentTask {

    private volatile ReembedProgress progress;

    ReembedTask(long id,
            String type,
            String action,
            String description,
            TaskId parent,
            Map<String, String> headers,
            ReembedProgress progress) {
        super(id, type, action, description, parent, headers);
        this.progress = progress;
    }

    ReembedProgress progress() {
        return progress;
    }

    void setProgress(ReembedProgress progress) {
        this.progress = progress;
    }

    @Override
    public Status getStatus() {
        return progress;
    }
}

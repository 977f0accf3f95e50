package io.semanticsearch.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The process of a node, started here or by somebody who is gone.
 *
 * <p>A process that has ended but that nobody has waited for counts as ended: where process 1 does not collect those it inherits, as
 * in many containers, it would otherwise never seem to end.
 */
record NodeHandle(ProcessHandle process) {

    long pid() {
        return process.pid();
    }

    boolean isRunning() {
        return process.isAlive() && !isZombie();
    }

    /** Asks the process to end, and ends it by force when it has not done so in time; returns false if even that did not help. */
    boolean end(Duration patience) {
        process.destroy();
        if (hasEndedWithin(patience)) return true;
        process.destroyForcibly();
        return hasEndedWithin(Duration.ofSeconds(10));
    }

    private boolean hasEndedWithin(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        boolean interrupted = false;
        while (isRunning() && !interrupted && System.nanoTime() < deadline) {
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
        return !isRunning();
    }

    /** The state is the first letter after the name in {@code /proc/<pid>/stat}; the name is in parentheses and may have any character. */
    private boolean isZombie() {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
            return stat.startsWith("Z", stat.lastIndexOf(')') + 2);
        } catch (IOException e) {
            return false;
        }
    }
}

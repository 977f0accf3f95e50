package io.semanticsearch.plugin.models;

import io.semanticsearch.embedding.EmbeddingException;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.opensearch.core.common.unit.ByteSizeValue;

/**
 * How much memory the models of this node may take, and which take it. Room is reserved before a model is loaded, so that two loads at a
 * time cannot both take the last of it; where there is none, the least recently used models that no call uses are unloaded. Safe for many
 * threads; a reservation waits for models to be unloaded, never for one to be loaded.
 */
final class MemoryBudget {

    private final Collection<ModelSlot> slots;
    private final Object makingRoom = new Object();
    private final Set<Reservation> reservations = new LinkedHashSet<>();
    private long limit;
    private long used;
    // Of it, what is being given back: a model on its way out.
    private int leaving;

    /**
     * @param limit in bytes
     * @param slots a live view of the models that may be unloaded
     */
    MemoryBudget(long limit, Collection<ModelSlot> slots) {
        this.limit = limit;
        this.slots = slots;
    }

    /** Room for one model, its holder's to close. */
    final class Reservation implements AutoCloseable {

        private final String holder;
        private long bytes;
        private boolean isLeaving;

        private Reservation(String holder) {
            this.holder = holder;
        }

        /** Makes it as large as the model turned out to be; fails as {@link MemoryBudget#reserve} does, and is then as large as before. */
        void resize(long bytes) {
            take(this, bytes - this.bytes);
        }

        long bytes() {
            synchronized (MemoryBudget.this) {
                return bytes;
            }
        }

        /** Says that it is about to be closed: who needs room waits for it. */
        void leave() {
            synchronized (MemoryBudget.this) {
                isLeaving = true;
                leaving++;
            }
        }

        @Override
        public void close() {
            synchronized (MemoryBudget.this) {
                if (!reservations.remove(this)) return;
                used -= bytes;
                if (isLeaving) leaving--;
                MemoryBudget.this.notifyAll();
            }
        }
    }

    /**
     * Reserves room, which may unload models.
     *
     * @param holder what it is for, in the words of a message: {@code model [x]}
     * @throws EmbeddingException.Overloaded when there is not so much, even if all were unloaded that may be; then none is
     */
    Reservation reserve(String holder, long bytes) {
        Reservation reservation = new Reservation(holder);
        take(reservation, bytes);
        return reservation;
    }

    synchronized long used() {
        return used;
    }

    synchronized long limit() {
        return limit;
    }

    /** Changes the bound; models beyond it are unloaded by the next {@link #trim}. */
    synchronized void setLimit(long limit) {
        this.limit = limit;
    }

    /** Unloads what is beyond the bound, as far as no call uses it. */
    void trim() {
        synchronized (makingRoom) {
            for (ModelSlot.Evictable model : unused()) {
                if (used() <= limit()) return;
                model.slot().evict();
            }
        }
    }

    private void take(Reservation reservation, long bytes) {
        // One at a time, or one load would take the room that another just made.
        synchronized (makingRoom) {
            if (tryTake(reservation, bytes)) return;
            List<ModelSlot.Evictable> unused = unused();
            long freeable = unused.stream().mapToLong(ModelSlot.Evictable::bytes).sum();
            // Nothing is unloaded in vain.
            if (bytes > limit() - used() + freeable) throw overloaded(reservation, bytes, freeable);
            for (ModelSlot.Evictable model : unused) {
                if (model.slot().evict() && tryTake(reservation, bytes)) return;
            }
            // Someone began to use one of them meanwhile.
            throw overloaded(reservation, bytes, 0);
        }
    }

    private synchronized boolean tryTake(Reservation reservation, long bytes) {
        while (bytes > 0 && bytes > limit - used) {
            if (leaving == 0) return false;
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        used += bytes;
        reservation.bytes += bytes;
        reservations.add(reservation);
        return true;
    }

    /** What may be unloaded, the least recently used first. */
    private List<ModelSlot.Evictable> unused() {
        return slots.stream().flatMap(slot -> slot.evictable().stream())
                .sorted(Comparator.comparingLong(ModelSlot.Evictable::lastUsedNanos)).toList();
    }

    private synchronized EmbeddingException.Overloaded overloaded(Reservation wanted, long bytes, long freeable) {
        List<String> holders = reservations.stream().filter(held -> held != wanted)
                .map(held -> held.holder + ": " + new ByteSizeValue(held.bytes)).toList();
        return new EmbeddingException.Overloaded(wanted.holder + " needs [" + new ByteSizeValue(wanted.bytes + bytes)
                + "] of memory on this node; [" + LoadedModels.MEMORY_SETTING + "] is [" + new ByteSizeValue(limit)
                + "], of which ["
                + new ByteSizeValue(used - wanted.bytes) + "] are taken by " + holders + " and [" + new ByteSizeValue(freeable)
                + "] of those are unused and may be unloaded; raise the setting, try again when fewer models are in use, or give"
                + " models that are kept for ever another [keep_alive]");
    }
}

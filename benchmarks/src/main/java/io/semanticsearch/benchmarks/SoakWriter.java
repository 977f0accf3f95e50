package io.semanticsearch.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import io.semanticsearch.benchmarks.SoakClient.Outcome;
import io.semanticsearch.benchmarks.SoakWrite.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * Writes documents of its own by bulks of every kind of item, one bulk after the other, and keeps what may be true of each. A bulk without an
 * answer is not sent again: of a document with an id made by OpenSearch, that alone would make two.
 */
final class SoakWriter {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MOST_ITEMS = 40;
    /** So that reading all of them at the end does not take longer than writing. */
    private static final int MOST_DOCUMENTS = 6_000;
    private static final Kind[] CHANGES = {Kind.INDEX, Kind.PART, Kind.PART, Kind.UNTOUCHED, Kind.UPSERT, Kind.DOC_AS_UPSERT,
        Kind.SCRIPT, Kind.DELETE};
    private static final Kind[] SECOND_CHANGES = {Kind.PART, Kind.UNTOUCHED, Kind.SCRIPT, Kind.DOC_AS_UPSERT};

    /** An item and the document that it writes. */
    private record Item(SoakWrite write, SoakRecord document) {}

    private final String name;
    private final List<String> indices;
    private final List<String> sentences;
    private final SoakClient client;
    private final SoakCounts counts;
    private final Random random;
    private final List<SoakRecord> all = new ArrayList<>();
    private final List<SoakRecord> writable = new ArrayList<>();
    private long revision;

    /** @param number tells writers apart; the same one writes the same */
    SoakWriter(int number, List<String> indices, List<String> sentences, SoakClient client, SoakCounts counts) {
        this.name = "w" + number;
        this.indices = indices;
        this.sentences = sentences;
        this.client = client;
        this.counts = counts;
        this.random = new Random(number);
    }

    /** All documents that it ever wrote; to be asked for once it has ended. */
    List<SoakRecord> documents() {
        return all;
    }

    void run(BooleanSupplier over) throws InterruptedException {
        while (!over.getAsBoolean()) {
            write(bulk());
            Thread.sleep(20 + random.nextInt(60));
        }
    }

    private List<Item> bulk() {
        String index = indices.get(random.nextInt(indices.size()));
        List<Item> items = new ArrayList<>();
        int size = 1 + random.nextInt(MOST_ITEMS);
        List<SoakRecord> changed = pick(index, size / 2);
        for (SoakRecord document : changed) {
            Kind kind = CHANGES[random.nextInt(CHANGES.length)];
            items.add(item(kind, document));
            if (kind != Kind.DELETE && random.nextInt(5) == 0)
                items.add(item(SECOND_CHANGES[random.nextInt(SECOND_CHANGES.length)], document));
        }
        while (items.size() < size && writable.size() + size < MOST_DOCUMENTS)
            items.addAll(fresh(index));
        return items;
    }

    /** Different documents, or some would be deleted and changed in one bulk. */
    private List<SoakRecord> pick(String index, int most) {
        List<SoakRecord> picked = new ArrayList<>();
        for (int i = 0; i < 2 * most && picked.size() < most && !writable.isEmpty(); i++) {
            SoakRecord document = writable.get(random.nextInt(writable.size()));
            if (document.index().equals(index) && !picked.contains(document)) picked.add(document);
        }
        return picked;
    }

    /** Every other document has an id made by OpenSearch. */
    private List<Item> fresh(String index) {
        String key = name + "-" + all.size();
        boolean automatic = all.size() % 2 == 0;
        SoakRecord document = new SoakRecord(key, index, automatic ? Optional.empty() : Optional.of(key));
        all.add(document);
        if (automatic) return List.of(item(Kind.INDEX, document));
        return switch (random.nextInt(4)) {
            case 0 -> List.of(item(Kind.CREATE, document));
            case 1 -> List.of(item(Kind.UPSERT, document));
            case 2 -> List.of(item(Kind.DOC_AS_UPSERT, document), item(Kind.SCRIPT, document));
            default -> List.of(item(Kind.INDEX, document), item(Kind.PART, document));
        };
    }

    private Item item(Kind kind, SoakRecord document) {
        revision++;
        SoakDocument sent = new SoakDocument(sentence(), sentence() + " " + name + " " + revision, revision);
        return new Item(new SoakWrite(kind, document.key(), document.id(), sent), document);
    }

    private String sentence() {
        return sentences.get(random.nextInt(sentences.size()));
    }

    private void write(List<Item> items) throws InterruptedException {
        if (items.isEmpty()) return;
        StringBuilder body = new StringBuilder();
        for (Item item : items) body.append(item.write.lines(item.document.index()));
        Outcome outcome = client.post("/_bulk", "application/x-ndjson", body.toString(), PATIENCE);
        switch (outcome) {
            case Outcome.NotSent() -> {
                // Not one of them was tried, so those that are new are none.
                for (Item item : items) writable.remove(item.document);
                keep(items);
                Thread.sleep(500);
                return;
            }
            case Outcome.Unanswered(String reason) -> {
                counts.failed("bulk", 0, reason);
                for (Item item : items) item.document.unknown(item.write);
            }
            case Outcome.Answered(int status, JsonNode answer) -> settle(items, status, answer);
        }
        counts.sent.add(items.size());
        keep(items);
    }

    private void settle(List<Item> items, int status, JsonNode answer) {
        int good = 0;
        for (int i = 0; i < items.size(); i++) {
            Item item = items.get(i);
            JsonNode result = answer.path("items").path(i).path(item.write.action());
            int code = result.path("status").asInt(status);
            if (code < 300 && result.has("_id")) {
                item.document.acknowledged(item.write, result.path("_id").asText());
                good++;
            } else {
                JsonNode error = result.has("error") ? result.path("error") : answer.path("error");
                counts.failed(item.write.action(), code, error.path("type").asText() + ": " + error.path("reason").asText());
                item.document.unknown(item.write);
            }
        }
        counts.wrote(good);
    }

    /** Of which nothing is certain, and what was deleted, is left as it is. */
    private void keep(List<Item> items) {
        List<SoakRecord> touched = items.stream().map(Item::document).distinct().toList();
        writable.removeAll(touched);
        touched.stream().filter(SoakRecord::isThere).forEach(writable::add);
    }
}

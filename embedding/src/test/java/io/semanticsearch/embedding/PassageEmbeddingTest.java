package io.semanticsearch.embedding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semanticsearch.embedding.local.LocalModels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PassageEmbeddingTest {

    private static final PassageCut CUT = new PassageCut(8, 0);
    private static final String[] SENTENCES = {
        "The wheel of my bicycle is flat.", "Bread needs flour and an oven.", "The moon has four phases."};

    private static EmbeddingFunction model;

    private final List<List<String>> embedded = new ArrayList<>();

    @BeforeAll
    static void open() {
        String name = LocalModels.builtIns().getFirst();
        model = new LocalModels(null)
                .open((LocalModel) ModelDefinition.of(name, Map.of("provider", "local", "model", name)));
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private List<Embedding> embed(PassageCut cut, List<Set<String>> known, String... texts) {
        EmbeddingRequest request = EmbeddingRequest.ofPassages("m", Optional.empty(), List.of(texts),
                new PassageOrder(cut, known));
        return PassageEmbedding.cut(PassageCutter.of(model), request).embed(plain -> {
            embedded.add(plain.texts());
            return CompletableFuture.completedFuture(model.encodeDocuments(plain.texts()));
        }).join();
    }

    private static List<Embedding.Passage> passages(Embedding embedding) {
        return assertInstanceOf(Embedding.Passages.class, embedding).passages();
    }

    private static float[] alone(String text) {
        return ((Embedding.Vector) model.encodeDocuments(List.of(text)).getFirst()).values();
    }

    @Test
    void each_passage_has_the_vector_of_its_own_text() {
        String text = String.join(" ", SENTENCES);
        List<Embedding> rows = embed(CUT, List.of(), text, " ", SENTENCES[1]);
        assertEquals(1, embedded.size(), "passages of all texts are embedded together");
        List<Embedding.Passage> passages = passages(rows.getFirst());
        assertEquals(3, passages.size());
        for (int i = 0; i < 3; i++) {
            TextSpan span = passages.get(i).span();
            assertEquals(SENTENCES[i], text.substring(span.start(), span.end()));
            assertArrayEquals(alone(SENTENCES[i]), passages.get(i).vector().orElseThrow().values());
        }
        assertEquals(Embedding.NOTHING, rows.get(1));
        assertEquals(passages.get(1).hash(), passages(rows.get(2)).getFirst().hash(), "the same text has the same hash");
    }

    @Test
    void known_passages_are_not_embedded_again() {
        List<Embedding.Passage> before = passages(embed(CUT, List.of(), SENTENCES[0] + " " + SENTENCES[1]).getFirst());
        embedded.clear();
        Set<String> known = Set.of(before.get(0).hash(), before.get(1).hash());
        List<Embedding> rows = embed(CUT, List.of(known, Set.of()), SENTENCES[2] + " " + SENTENCES[1], SENTENCES[1]);
        assertEquals(List.of(List.of(SENTENCES[2], SENTENCES[1])), embedded);
        assertEquals(List.of(true, false),
                passages(rows.getFirst()).stream().map(passage -> passage.vector().isPresent()).toList());
        assertTrue(passages(rows.get(1)).getFirst().vector().isPresent(), "another text's asker does not have it");
        embedded.clear();
        assertEquals(1, passages(embed(CUT, List.of(known), SENTENCES[1]).getFirst()).size());
        assertEquals(List.of(), embedded);
    }

    @Test
    void texts_of_too_many_passages_are_refused_alone() {
        List<Embedding> rows = embed(CUT, List.of(), (SENTENCES[0] + " ").repeat(1_200), SENTENCES[1]);
        assertEquals(
                "the text has more than [1000] passages of [8] tokens; map the field with longer [passages], or split the document",
                assertInstanceOf(Embedding.Refused.class, rows.getFirst()).reason());
        assertEquals(1, passages(rows.get(1)).size());
    }

    @Test
    void a_refused_passage_refuses_its_text() {
        EmbeddingRequest request = EmbeddingRequest.ofPassages("m", Optional.empty(),
                List.of(SENTENCES[0] + " " + SENTENCES[1], SENTENCES[2]), new PassageOrder(CUT, List.of()));
        List<Embedding> rows = PassageEmbedding.cut(PassageCutter.of(model), request)
                .embed(plain -> CompletableFuture.completedFuture(plain.texts().stream()
                        .map(text -> text.equals(SENTENCES[1])
                                ? new Embedding.Refused("bread")
                                : model.encodeDocuments(List.of(text)).getFirst())
                        .toList()))
                .join();
        assertEquals(new Embedding.Refused("bread"), rows.getFirst());
        assertEquals(1, passages(rows.get(1)).size());
    }

    @Test
    void requests_are_checked() {
        PassageOrder two = new PassageOrder(CUT, List.of(Set.of("a"), Set.of()));
        assertThrows(IllegalArgumentException.class, () -> EmbeddingRequest.ofPassages("m", Optional.empty(), List.of("x"), two));
        assertThrows(IllegalArgumentException.class, () -> new PassageCut(10, 10));
        assertThrows(IllegalArgumentException.class, () -> new PassageCut(0, 0));
        EmbeddingRequest part = EmbeddingRequest.ofPassages("m", Optional.empty(), List.of("x", "y"), two).part(0, 1);
        assertEquals(List.of("x"), part.texts());
        assertTrue(part.passages().orElseThrow().knows(0, "a"));
    }
}

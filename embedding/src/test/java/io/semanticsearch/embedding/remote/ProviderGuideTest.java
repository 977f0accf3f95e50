package io.semanticsearch.embedding.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.semanticsearch.embedding.LongText;
import io.semanticsearch.embedding.ModelDefinition;
import io.semanticsearch.embedding.RemoteModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code docs/providers.md} shows can be defined. */
class ProviderGuideTest {

    private static final Pattern EXAMPLE = Pattern.compile("(?s)```json\n(.*?)\n```");

    static Stream<String> examples() throws IOException {
        String guide = Files.readString(Path.of("..", "docs", "providers.md"));
        return EXAMPLE.matcher(guide).results().map(result -> result.group(1)).toList().stream();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void examples_can_be_defined(String json) throws IOException {
        RemoteModel model = read(json);
        Provider provider = Providers.of(model.provider());
        assertEquals(List.of(), provider.problems(model));
        assertTrue(provider.tasks(model).known().containsAll(model.tasks().values()), "tasks are known");
        assertTrue(model.endpoint().isPresent() || provider.defaultEndpoint().isPresent(), "there is an endpoint");
        assertTrue(model.endpoint().isPresent() || model.credential().isPresent() || !provider.needsKey(), "there is a key");
    }

    @Test
    void every_provider_has_an_example_and_every_name_a_provider() throws IOException {
        Set<String> shown = examples().map(ProviderGuideTest::read).map(RemoteModel::provider).collect(Collectors.toSet());
        assertEquals(Set.copyOf(RemoteModel.PROVIDERS), shown);
        assertEquals(RemoteModel.PROVIDERS, Providers.ALL.stream().map(Provider::name).toList());
    }

    static Stream<RemoteModel> firstExamples() throws IOException {
        Map<String, RemoteModel> first = new LinkedHashMap<>();
        examples().map(ProviderGuideTest::read).forEach(model -> first.putIfAbsent(model.provider(), model));
        return first.values().stream();
    }

    /** The row of a provider in the table [At a glance], a cell by the name of its column. */
    private static Map<String, String> row(String provider) throws IOException {
        List<String> lines = Files.readString(Path.of("..", "docs", "providers.md")).lines().toList();
        String[] names = lines.stream().filter(line -> line.startsWith("| provider | documents")).findFirst().orElseThrow()
                .split("(?<!\\\\)\\|");
        String[] cells = lines.stream().filter(line -> line.startsWith("| `" + provider + "` |")).findFirst().orElseThrow()
                .split("(?<!\\\\)\\|");
        Map<String, String> row = new HashMap<>();
        for (int i = 1; i < names.length; i++) row.put(names[i].strip(), cells[i].strip());
        return row;
    }

    @ParameterizedTest
    @MethodSource("firstExamples")
    void the_table_says_what_providers_do(RemoteModel model) throws IOException {
        Provider provider = Providers.of(model.provider());
        Map<String, String> row = row(model.provider());
        assertTrue(row.get("texts, tokens in a call").contains(Integer.toString(provider.limits(model).items())), row::toString);
        Tasks tasks = provider.tasks(model);
        assertEquals(tasks.known().isEmpty(), row.get("`task`").equals("–"), row::toString);
        assertTrue(row.get("documents").contains(tasks.document()), row::toString);
        assertTrue(row.get("queries").contains(tasks.query()), row::toString);
        List<String> images = provider.imageModels();
        assertEquals(images.isEmpty() ? "–" : images.stream().map(name -> "`" + name + "`").collect(Collectors.joining(", ")),
                row.get("images"));
        List<String> longText = Stream.of(LongText.values()).filter(choice -> provider.problems(with(model, choice)).isEmpty())
                .map(LongText::wireName).toList();
        for (LongText choice : LongText.values()) {
            assertEquals(longText.contains(choice.wireName()),
                    row.get("`long_text`").equals("all") || row.get("`long_text`").contains("`" + choice.wireName() + "`"),
                    row::toString);
        }
    }

    private static RemoteModel with(RemoteModel model, LongText longText) {
        Map<String, Object> body = new LinkedHashMap<>(model.toMap());
        body.put("long_text", longText.wireName());
        return (RemoteModel) ModelDefinition.of("m", body);
    }

    private static RemoteModel read(String json) {
        try {
            Map<String, Object> body = new ObjectMapper().readValue(json, new TypeReference<>() {
            });
            return (RemoteModel) ModelDefinition.of("m", body);
        } catch (IOException e) {
            throw new IllegalStateException(json, e);
        }
    }
}

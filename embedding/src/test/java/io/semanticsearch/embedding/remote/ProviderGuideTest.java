package io.semanticsearch.embedding.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.semanticsearch.embedding.ModelDefinition;
import io.semanticsearch.embedding.RemoteModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

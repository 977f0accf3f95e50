package io.semanticsearch.embedding.hub;

import io.semanticsearch.embedding.EmbeddingException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Which files of a repository it takes to run the model, in the layout of sentence-transformers and Model2Vec. Repositories hold the same
 * weights many times over, in formats for other programs; of these nothing is taken.
 *
 * <ul>
 * <li>From the root and from each module's folder ({@code 0_Transformer}, {@code 1_Pooling}, {@code 2_Dense}, {@code 0_StaticEmbedding}):
 * the configuration and tokenizer files, and {@code model.safetensors} or, where that is split, its index and the files that the index
 * names.
 * <li>The ONNX file: the one asked for, else {@code onnx/model.onnx}, else {@code model.onnx}; with the files of its large tensors, which
 * are named after it ({@code model.onnx_data}, {@code model.onnx_data_1}, {@code model.onnx.data}). Taken also beside safetensors, because
 * it is what a graph made from those is compared with, and what runs where none can be made.
 * <li>Never {@code pytorch_model.bin}, quantized or optimized variants that nobody asked for, nor files of TensorFlow, Flax, OpenVINO, GGUF.
 * </ul>
 */
final class NeededFiles {

    private static final Set<String> CONFIGURATION = Set.of("modules.json", "config.json", "config_sentence_transformers.json",
            "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "preprocessor_config.json");
    // sentence_bert_config.json, and in old repositories the same by other names, such as sentence_xlm-roberta_config.json.
    private static final Pattern LENGTH_CONFIGURATION = Pattern.compile("sentence_[a-z-]+_config\\.json");
    private static final Pattern MODULE_FOLDER = Pattern.compile("\\d+_[A-Za-z0-9]+/");
    // A layer behind the model proper.
    private static final String DENSE = "_Dense/";
    private static final String WEIGHTS = "model.safetensors";
    private static final String SHARD_INDEX = "model.safetensors.index.json";
    private static final List<String> ONNX = List.of("onnx/model.onnx", "model.onnx");
    private static final List<String> ONNX_DATA = List.of("_data", ".data");
    private static final Pattern ANY_WEIGHTS = Pattern.compile(".*\\.(onnx|safetensors|bin|pt|h5|msgpack|gguf|ckpt)");
    private static final int NAMED = 20;

    private final HubReference reference;
    private final Map<String, RemoteFile> listed = new LinkedHashMap<>();
    private final Map<String, RemoteFile> needed = new LinkedHashMap<>();

    private NeededFiles(HubReference reference, List<RemoteFile> files) {
        this.reference = reference;
        files.forEach(file -> listed.put(file.name(), file));
    }

    /**
     * Chooses.
     *
     * @param files all files of the repository
     * @param shards reads the index of split weights: the names of the files beside it that hold them
     * @return the smallest first, so that what is wrong with a model's configuration shows before its weights are fetched
     * @throws EmbeddingException.BadRequest when there are no weights that can be read, naming those there are
     */
    static List<RemoteFile> of(HubReference reference, List<RemoteFile> files, Function<RemoteFile, Set<String>> shards) {
        NeededFiles chosen = new NeededFiles(reference, files);
        chosen.addFolders(shards);
        chosen.addOnnx();
        return chosen.needed.values().stream().sorted(Comparator.comparingLong(file -> file.size().orElse(Long.MAX_VALUE)))
                .toList();
    }

    private void addFolders(Function<RemoteFile, Set<String>> shards) {
        Set<String> folders = new TreeSet<>(Set.of(""));
        listed.keySet().stream().map(NeededFiles::folder).filter(MODULE_FOLDER.asMatchPredicate()).forEach(folders::add);
        for (RemoteFile file : listed.values()) {
            String name = file.name().substring(folder(file.name()).length());
            boolean configuration = CONFIGURATION.contains(name) || LENGTH_CONFIGURATION.matcher(name).matches();
            if (configuration && folders.contains(folder(file.name()))) needed.put(file.name(), file);
        }
        for (String folder : folders) {
            Optional<RemoteFile> index = find(folder + SHARD_INDEX);
            find(folder + WEIGHTS).or(() -> index).ifPresent(file -> needed.put(file.name(), file));
            if (index.isEmpty() || find(folder + WEIGHTS).isPresent()) continue;
            for (String shard : shards.apply(index.get())) {
                RemoteFile file = find(folder + shard).orElseThrow(() -> new EmbeddingException.BrokenModel(reference + ": ["
                        + index.get().name() + "] names [" + shard + "], which the repository does not have"));
                needed.put(file.name(), file);
            }
        }
    }

    private void addOnnx() {
        Optional<String> graph = reference.file().or(() -> ONNX.stream().filter(listed::containsKey).findFirst());
        if (graph.isPresent()) {
            RemoteFile file = find(graph.get()).orElseThrow(() -> new EmbeddingException.BadRequest(
                    reference + ": there is no such file, the repository has " + names(name -> name.endsWith(".onnx"))));
            needed.put(file.name(), file);
            for (RemoteFile other : listed.values()) {
                if (ONNX_DATA.stream().anyMatch(suffix -> other.name().startsWith(file.name() + suffix)))
                    needed.put(other.name(), other);
            }
        } else if (needed.keySet().stream().noneMatch(name -> name.contains(WEIGHTS) && !folder(name).endsWith(DENSE))) {
            throw new EmbeddingException.BadRequest(
                    reference + " has no weights that can be read, expected [" + WEIGHTS + "] or ["
                            + ONNX.getFirst() + "], found " + names(ANY_WEIGHTS.asMatchPredicate())
                            + "; choose a model with such a file, or name another ONNX file of it in [file]");
        }
    }

    private Optional<RemoteFile> find(String name) {
        return Optional.ofNullable(listed.get(name));
    }

    private List<String> names(Predicate<String> which) {
        return listed.keySet().stream().filter(which).limit(NAMED).toList();
    }

    /** With its last slash; empty for the root. */
    private static String folder(String name) {
        return name.substring(0, name.lastIndexOf('/') + 1);
    }
}

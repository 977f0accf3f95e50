package io.semanticsearch.embedding;

import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a transformer is to run on.
 *
 * @param number which of several graphics processors, from 0; 0 for the CPU
 */
public record DeviceChoice(Kind kind, int number) {

    /** A graphics processor where one can be used, else the CPU. */
    public static final DeviceChoice AUTO = new DeviceChoice(Kind.AUTO, 0);
    public static final DeviceChoice CPU = new DeviceChoice(Kind.CPU, 0);

    private static final Pattern GPU = Pattern.compile("gpu(?::(\\d{1,3}))?");

    /** Families of devices. */
    public enum Kind {
        AUTO, CPU, GPU, NVIDIA, AMD
    }

    public DeviceChoice {
        Objects.requireNonNull(kind, "kind");
        if (number < 0) throw new IllegalArgumentException("[number] is [" + number + "], expected 0 or more");
    }

    /** The name in definitions. */
    public String wireName() {
        String name = kind.name().toLowerCase(Locale.ROOT);
        return number == 0 ? name : name + ":" + number;
    }

    /** The choice with this wire name; a {@link EmbeddingException.BadRequest} names the known ones. */
    public static DeviceChoice of(String wireName) {
        Matcher gpu = GPU.matcher(wireName);
        if (gpu.matches()) return new DeviceChoice(Kind.GPU, gpu.group(1) == null ? 0 : Integer.parseInt(gpu.group(1)));
        return switch (wireName) {
            case "auto" -> AUTO;
            case "cpu" -> CPU;
            case "nvidia" -> new DeviceChoice(Kind.NVIDIA, 0);
            case "amd" -> new DeviceChoice(Kind.AMD, 0);
            default -> throw new EmbeddingException.BadRequest(
                    "[device] is [" + wireName + "], expected one of [auto, cpu, gpu, gpu:N, nvidia, amd]");
        };
    }

    @Override
    public String toString() {
        return wireName();
    }
}

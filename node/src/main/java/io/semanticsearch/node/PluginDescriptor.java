package io.semanticsearch.node;

import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The file {@code plugin-descriptor.properties} of a plugin, checked as the node will check it.
 *
 * @param folder of {@code plugins/}: the name, unless the descriptor has another one
 * @param java the lowest version of Java
 * @param extended the plugins and modules whose classes it uses, without the optional ones
 */
record PluginDescriptor(String name, String version, String folder, VersionRange openSearch, int java, List<String> extended) {
    static final String FILE = "plugin-descriptor.properties";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
    private static final Pattern DEPENDENCIES = Pattern.compile("\\{\\s*\"?opensearch\"?\\s*:\\s*\"([^\"]*)\"\\s*}");
    private static final List<String> REQUIRED = List.of("name", "description", "version", "java.version", "classname");
    private static final Set<String> KNOWN = Set.of("name", "description", "version", "opensearch.version", "dependencies",
            "java.version",
            "classname", "custom.foldername", "extended.plugins", "has.native.controller");

    /** Collects all that is wrong with a descriptor before it refuses it. */
    static PluginDescriptor read(Reader text, String zip) throws IOException {
        Properties properties = new Properties();
        properties.load(text);
        List<String> problems = new ArrayList<>();
        Set<String> unknown = new TreeSet<>(properties.stringPropertyNames());
        unknown.removeAll(KNOWN);
        if (!unknown.isEmpty()) problems.add("has unknown properties " + unknown);
        for (String key : REQUIRED) {
            if (value(properties, key).isEmpty()) problems.add("lacks [" + key + "]");
        }
        String name = value(properties, "name");
        String folder = value(properties, "custom.foldername").isEmpty() ? name : value(properties, "custom.foldername");
        Stream.of(name, folder)
                .distinct()
                .filter(given -> !given.isEmpty() && !NAME.matcher(given).matches())
                .forEach(bad -> problems.add("has the name [" + bad + "], which cannot be that of a folder"));
        VersionRange openSearch = parsed(range(properties, problems), VersionRange::parse, problems);
        Integer java = parsed(value(properties, "java.version"), PluginDescriptor::feature, problems);
        if (!problems.isEmpty())
            throw new PluginRefusedException("[" + zip + "] its [" + FILE + "] " + String.join("; it ", problems));
        return new PluginDescriptor(name, value(properties, "version"), folder, openSearch, java, extended(properties));
    }

    private static String value(Properties properties, String key) {
        return properties.getProperty(key, "").strip();
    }

    private static String range(Properties properties, List<String> problems) {
        String version = value(properties, "opensearch.version");
        String dependencies = value(properties, "dependencies");
        if (version.isEmpty() == dependencies.isEmpty()) {
            problems.add("must have one of [opensearch.version] and [dependencies]");
            return "";
        }
        if (dependencies.isEmpty()) return version;
        Matcher range = DEPENDENCIES.matcher(dependencies);
        if (range.matches()) return range.group(1);
        problems.add("has the dependencies [" + dependencies + "], expected a form like [{ opensearch: \"~3.8.0\" }]");
        return "";
    }

    /** Null for text that is missing or wrong; then there is a problem more, or was one already. */
    private static <T> T parsed(String text, Function<String, T> parser, List<String> problems) {
        if (text.isEmpty()) return null;
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            problems.add("is wrong: " + e.getMessage());
            return null;
        }
    }

    private static int feature(String version) {
        return Runtime.Version.parse(version).feature();
    }

    private static List<String> extended(Properties properties) {
        return Stream.of(value(properties, "extended.plugins").split(","))
                .map(String::strip)
                .filter(plugin -> !plugin.isEmpty() && !plugin.endsWith(";optional=true"))
                .toList();
    }
}

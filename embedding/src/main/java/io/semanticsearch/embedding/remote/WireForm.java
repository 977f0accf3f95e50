package io.semanticsearch.embedding.remote;

import java.util.List;
import java.util.Map;

/**
 * What is posted as a form with files.
 *
 * @param fields texts by name
 * @param name of the field that holds the files, each in a part of its own
 */
record WireForm(Map<String, String> fields, String name, List<WireImage> files) {

    WireForm {
        fields = Map.copyOf(fields);
        files = List.copyOf(files);
    }
}

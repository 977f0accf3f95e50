package io.semanticsearch.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VersionRangeTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            3.8.0          | 3.8.0          | true
            3.8.0          | 3.8.1          | false
            =3.8.0         | 3.8.0          | true
            ~3.8.0         | 3.8.7          | true
            ~3.8.0         | 3.9.0          | false
            ~3.8.1         | 3.8.0          | false
            ^3.5.0         | 3.9.0          | true
            ^3.5.0         | 4.0.0          | false
            [3.5.0,3.9.0)  | 3.5.0          | true
            [3.5.0,3.9.0)  | 3.9.0          | false
            (3.5.0,3.9.0]  | 3.5.0          | false
            (3.5.0,3.9.0]  | 3.9.0          | true
            ~3.8.0         | 3.8.0-SNAPSHOT | true
            """)
    void contains_what_the_form_says(String range, String version, boolean contained) {
        assertEquals(contained, VersionRange.parse(range).contains(Version.parse(version)));
    }

    @Test
    void refuses_a_version_of_two_numbers() {
        var refused = assertThrows(IllegalArgumentException.class, () -> VersionRange.parse("3.8"));

        assertEquals("[3.8] is not a version like [3.8.0]", refused.getMessage());
    }
}

/** The {@code embedding} field type: what its mapping says, how a vector is stored in {@code _source}, how Lucene indexes it. */
package io.semanticsearch.field;

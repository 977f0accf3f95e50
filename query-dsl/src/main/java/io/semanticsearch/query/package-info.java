/** The {@code semantic} clause: from search text to the nearest vectors. */
package io.semanticsearch.query;

/** Images to the numbers that an image encoder reads: the bytes of a PNG or JPEG file, its decoding, resizing, cropping and normalizing. */
package io.semanticsearch.embedding.image;

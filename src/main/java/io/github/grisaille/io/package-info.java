/**
 * Files, and nothing of networks: weights in the safetensors format, files that are written whole or not at all, and the
 * folder for files that can be made again.
 *
 * <p>Uses {@code tensor} only. Start at {@link io.github.grisaille.io.SafeTensors}.
 */
package io.github.grisaille.io;

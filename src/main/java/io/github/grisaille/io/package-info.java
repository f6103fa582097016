/**
 * Files: tensors in the safetensors format, files that are written whole or not at all, and the folder for cached
 * files.
 *
 * <p><b>Uses</b> {@code tensor}.
 *
 * <p><b>Read first</b> {@link io.github.grisaille.io.SafeTensors}, then {@link io.github.grisaille.io.AtomicFile}.
 * {@link io.github.grisaille.io.FileTrouble} turns errors of the operating system into advice.
 */
package io.github.grisaille.io;

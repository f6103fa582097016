/**
 * The primitives on an NVIDIA GPU, through JCuda's driver API. The kernels are in {@code src/main/cuda}.
 *
 * <p>Uses {@code tensor} and {@code backend}. Start at {@link io.github.grisaille.backend.cuda.CudaBackend}, then read
 * {@code CudaLaunches}, which says how launches wait and become a graph.
 */
package io.github.grisaille.backend.cuda;

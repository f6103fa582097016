/**
 * The primitives on an NVIDIA GPU, through JCuda's driver API. The kernels are in {@code src/main/cuda}.
 *
 * <p>Uses {@code tensor} and {@code backend}. A way to read it:
 *
 * <ol>
 *   <li>{@link io.github.grisaille.backend.cuda.CudaBackend}, what a user sees, and {@code CudaSession}, which opens and closes
 *       all parts.
 *   <li>{@code CudaElements}, the simplest primitives: each writes a kernel's record and adds a launch. The other groups of
 *       primitives do the same: {@code CudaReductions}, {@code CudaImages}, {@code CudaNormalization}, {@code CudaRandom},
 *       {@code CudaLosses} and {@code CudaOptimizers}.
 *   <li>{@code CudaLaunches}, which says how launches wait, and {@code CudaGraphs}, which says how they become one CUDA graph.
 *   <li>{@code CudaProducts}, with {@code CudaView}, {@code CudaPhases} and {@code CudaTiling}: convolutions as matrix
 *       products.
 *   <li>{@code CudaMemory} and {@code CudaTransfers}: where values are, and how they come there.
 * </ol>
 */
package io.github.grisaille.backend.cuda;

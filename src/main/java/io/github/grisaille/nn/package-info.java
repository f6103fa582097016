/**
 * The mathematics: layers with a forward and an explicit backward, their parameters, and networks made of them. A layer
 * never indexes an array. It calls the primitives of a {@link io.github.grisaille.tensor.Backend}.
 *
 * <p>Where to start reading:
 *
 * <ol>
 *   <li>{@link io.github.grisaille.nn.Layer}: the contract of forward and backward.
 *   <li>{@link io.github.grisaille.nn.Dense}: a whole layer, with its gradients in the class comment.
 *   <li>{@link io.github.grisaille.nn.Pass} and {@link io.github.grisaille.nn.Wanted}: what one forward leaves for its
 *       backward, and which gradients backward computes.
 *   <li>{@link io.github.grisaille.nn.Sequential}: the chain rule. {@code FusionPlan} decides which layers run as one
 *       primitive, and {@code DoubleBackward} has the second derivatives for gradient penalties.
 *   <li>{@link io.github.grisaille.nn.Conv2d}, then {@link io.github.grisaille.nn.ConvTranspose2d}: the same mathematics
 *       with the roles exchanged.
 * </ol>
 *
 * <p>What else lives here:
 *
 * <ul>
 *   <li>Short names for writing networks: {@link io.github.grisaille.nn.Layers}.
 *   <li>Values: {@link io.github.grisaille.nn.State}, which is a {@link io.github.grisaille.nn.Parameter} that optimisers
 *       train or a {@link io.github.grisaille.nn.Buffer} that a layer updates; {@link
 *       io.github.grisaille.nn.Initializers}; {@link io.github.grisaille.nn.Weights} for files and {@link
 *       io.github.grisaille.nn.Archive} for checkpoints.
 *   <li>Activations, pooling and shapes: {@link io.github.grisaille.nn.ActivationLayer}, {@link
 *       io.github.grisaille.nn.MaxPool2d}, {@link io.github.grisaille.nn.AvgPool2d}, {@link io.github.grisaille.nn.GlobalPool}, {@link
 *       io.github.grisaille.nn.Upsample}, {@link io.github.grisaille.nn.Reshape}, {@link io.github.grisaille.nn.Concat},
 *       {@link io.github.grisaille.nn.ColumnSlice}.
 *   <li>Normalisation: {@link io.github.grisaille.nn.BatchNorm}, {@link io.github.grisaille.nn.LayerNorm}, {@link
 *       io.github.grisaille.nn.SpectralNorm}.
 *   <li>Noise and augmentation: {@link io.github.grisaille.nn.Dropout}, {@link io.github.grisaille.nn.Corruption}, {@link
 *       io.github.grisaille.nn.ColorJitter}, {@link io.github.grisaille.nn.RandomTranslation}, {@link
 *       io.github.grisaille.nn.Cutout}.
 *   <li>Layers that see the whole batch: {@link io.github.grisaille.nn.Pack}, {@link
 *       io.github.grisaille.nn.MinibatchDeviation}, {@link io.github.grisaille.nn.MinibatchDiscrimination}.
 *   <li>Layers that read the labels of a pass: {@link io.github.grisaille.nn.JoinLabels}, {@link
 *       io.github.grisaille.nn.JoinEmbedding}, {@link io.github.grisaille.nn.ConditionalBatchNorm}, {@link
 *       io.github.grisaille.nn.Projection}. A table of labels alone: {@link io.github.grisaille.nn.Embedding}.
 *   <li>Variational autoencoders: {@link io.github.grisaille.nn.Vae}, {@link io.github.grisaille.nn.Reparameterize},
 *       {@link io.github.grisaille.nn.DiagonalGaussian}.
 *   <li>What is known before there is data: {@link io.github.grisaille.nn.PartialShape}, {@link
 *       io.github.grisaille.nn.OutputRange}, {@link io.github.grisaille.nn.NetworkSummary}.
 * </ul>
 *
 * <p>This package uses {@code tensor} and {@code io}, and nothing else of the library.
 */
package io.github.grisaille.nn;

/**
 * Data sets, the batches that training takes from them, and the readers that make them.
 *
 * <p><b>Uses</b> {@code io} and {@code tensor}. No network is known here.
 *
 * <p><b>Read first</b> {@link io.github.grisaille.data.Dataset} and {@link io.github.grisaille.data.Mnist}, then {@link
 * io.github.grisaille.data.ImageDataset} and {@link io.github.grisaille.data.Batches}. For your own pictures read
 * {@link io.github.grisaille.data.ImageFolder} and then {@code PictureCache}, {@code PictureFile} and {@code
 * PictureDecoder}. {@link io.github.grisaille.data.Faces} draws faces; {@link io.github.grisaille.data.Synthetic} makes
 * points in the plane.
 */
package io.github.grisaille.data;

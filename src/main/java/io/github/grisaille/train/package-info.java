/**
 * Training loops: supervised training and the variational autoencoder, and what every kind of training needs.
 *
 * <p>Start with {@link io.github.grisaille.train.Trainer}: it shows the settings, one step, and what a run records. Then read
 * {@link io.github.grisaille.train.TrainingRun}, which holds what all runs share, and {@code TrainingLoop}, which drives a run
 * from the first step to the last.
 *
 * <ul>
 *   <li>Trainers: {@link io.github.grisaille.train.Trainer}, {@link io.github.grisaille.train.VaeTrainer}. The adversarial
 *       game is in {@code train.gan}. The settings that they share are in {@link
 *       io.github.grisaille.train.TrainingSettings}.
 *   <li>Recording: a run records values by name ({@code Row}), {@code Recorder} reads them from the device once in many
 *       steps, and {@link io.github.grisaille.train.History} keeps them.
 *   <li>Reports: {@link io.github.grisaille.train.Progress}. The package {@code notebook} implements it.
 *   <li>Checkpoints: {@link io.github.grisaille.train.Checkpoints} has the settings, {@link
 *       io.github.grisaille.train.Checkpoint} is one checkpoint on the disk, {@code CheckpointFolder} knows the files, and
 *       {@code CheckpointKeeper} restores and writes them during a run. {@code Manifest} is the JSON half.
 *   <li>Checks before the first step: {@link io.github.grisaille.train.BatchSizes}, {@code DataCheck}. Checks during the
 *       run: {@code FiniteGuard}.
 *   <li>Checks of a network's gradients: {@link io.github.grisaille.train.GradientCheck}, {@link
 *       io.github.grisaille.train.GradientSignal}.
 * </ul>
 *
 * <p>This package may use nn, loss, optim, data, metric, plot, io and tensor. It must not use {@code train.gan}, {@code
 * notebook} or a backend.
 */
package io.github.grisaille.train;

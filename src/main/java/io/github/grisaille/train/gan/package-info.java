/**
 * The adversarial game: a generator and a discriminator that are trained against each other, and what keeps them stable.
 *
 * <p>Start with {@link io.github.grisaille.train.gan.GanTrainer}: it has the settings. Then read {@code GanRun}, which has the
 * order of one step, and then the two steps, {@code DiscriminatorStep} and {@code GeneratorStep}.
 *
 * <ul>
 *   <li>The run: {@code GanRun}, {@code RealBatches} (the data, and packs), {@code DiscriminatorView} (what the discriminator
 *       is shown), {@code GanShapes} (which shapes and batch sizes fit).
 *   <li>What a user can add: a {@link io.github.grisaille.train.gan.Stabiliser} or a {@link
 *       io.github.grisaille.train.gan.GeneratorObjective}. Both see the game through {@link
 *       io.github.grisaille.train.gan.Game}.
 *   <li>Stabilisers: {@link io.github.grisaille.train.gan.InstanceNoise}, {@link
 *       io.github.grisaille.train.gan.ExperienceReplay}, {@link io.github.grisaille.train.gan.UnrolledDiscriminator}, {@link
 *       io.github.grisaille.train.gan.MovingAverage}. An objective: {@link io.github.grisaille.train.gan.FeatureMatching}.
 *   <li>Labels: {@link io.github.grisaille.train.gan.Conditions}. They ride along in each {@link io.github.grisaille.nn.Pass},
 *       and layers such as {@link io.github.grisaille.nn.JoinLabels} read them.
 *   <li>Diagnosis: {@code GanDiagnosis} and {@code PlayerDiagnosis} measure, {@link io.github.grisaille.train.gan.GanDoctor}
 *       reads a history and names problems.
 *   <li>A recipe: {@link io.github.grisaille.train.gan.Dcgan}.
 * </ul>
 *
 * <p>This package may use train and everything that train may use. In its Javadoc, G is the generator, D the discriminator, x
 * a real item, z the input of G, and G(z) a fake.
 */
package io.github.grisaille.train.gan;

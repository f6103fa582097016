package io.github.grisaille.train.gan;

import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.leakyRelu;
import static io.github.grisaille.nn.Layers.relu;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.sigmoid;
import static io.github.grisaille.nn.Layers.tanh;
import static io.github.grisaille.optim.Optimizers.adam;
import static io.github.grisaille.optim.Optimizers.rmsprop;
import static io.github.grisaille.optim.Optimizers.sgd;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.grisaille.data.ArrayDataset;
import io.github.grisaille.loss.GanLoss;
import io.github.grisaille.loss.GradientPenalty;
import io.github.grisaille.loss.Losses;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.optim.Optimizer;
import io.github.grisaille.optim.Schedule;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.train.HandMade;
import io.github.grisaille.train.History;
import io.github.grisaille.train.Latent;
import io.github.grisaille.train.Progress;
import io.github.grisaille.train.Trainer;
import io.github.grisaille.train.gan.GanDoctor.Ailment;
import io.github.grisaille.train.gan.GanDoctor.Finding;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each ailment is brought about in a short run of the kind that learners meet, and a healthy run gets no finding. */
class GanDoctorTest {
    private static final int BATCH = 64;

    /** N(3, 0.5), or two peaks at ±2 with deviation 0.2. */
    private static ArrayDataset line(int steps, boolean peaks) {
        Tensor noise = Backend.cpu().empty(Shape.of(BATCH * steps, 1));
        Backend.cpu().normal(new RandomStream(1, 50), peaks ? 0 : 3, peaks ? 0.2f : 0.5f, noise);
        float[] values = noise.toArray();
        for (int i = 0; peaks && i < values.length; i++) {
            values[i] += i % 2 == 0 ? 2 : -2;
        }
        return new ArrayDataset(values, 1);
    }

    private static Sequential reluNet(int width, long seed) {
        return sequential(dense(1, width), relu(), dense(width, width), relu(), dense(width, 1))
                .initialize(seed);
    }

    private static Sequential tanhNet(long seed) {
        return sequential(dense(1, 16), tanh(), dense(16, 16), tanh(), dense(16, 1))
                .initialize(seed);
    }

    private static Sequential line(long seed) {
        return sequential(dense(1, 1)).initialize(seed);
    }

    private static GanTrainer trainer(Sequential generator, Sequential discriminator, Optimizer g, Optimizer d) {
        return new GanTrainer(generator, discriminator)
                .optimizers(g, d)
                .batch(BATCH)
                .seed(1)
                .diagnose(5)
                .progress(Progress.silent());
    }

    private static List<Ailment> ailments(History history) {
        return GanDoctor.examine(history).stream().map(Finding::ailment).toList();
    }

    private static Finding finding(History history, Ailment ailment) {
        return GanDoctor.examine(history).stream()
                .filter(finding -> finding.ailment() == ailment)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + ailment + " in " + GanDoctor.examine(history)));
    }

    @Test
    void tooManyDiscriminatorStepsLetItWin() {
        History history = trainer(reluNet(16, 1), reluNet(32, 2), adam(1e-4f), adam(1e-2f))
                .discriminatorSteps(10)
                .fit(line(10 * 100, false));
        Finding won = finding(history, Ailment.DISCRIMINATOR_WON);
        assertThat(won.evidence()).startsWith("in the last 25 steps D(x) is 1.000 and D(G(z)) ");
        assertThat(won.cure()).contains("GradientPenalty.r1", "fewer steps");
    }

    @Test
    void theSaturatingLossThenLeavesNoGradient() {
        History history = trainer(reluNet(16, 1), reluNet(32, 2), adam(1e-4f), adam(1e-2f))
                .loss(GanLoss.minimax())
                .discriminatorSteps(10)
                .fit(line(10 * 300, false));
        assertThat(finding(history, Ailment.DISCRIMINATOR_WON).cure()).startsWith("GanLoss.nonSaturating()");
        assertThat(finding(history, Ailment.VANISHING_GRADIENT).evidence())
                .startsWith("the gradient norm, generator layer 0 was ");
    }

    @Test
    void tooHighARateKillsUnits() {
        History history =
                trainer(reluNet(16, 1), reluNet(16, 2), adam(0.1f), adam(0.1f)).fit(line(400, false));
        assertThat(ailments(history)).contains(Ailment.RATE_TOO_HIGH, Ailment.DEAD_UNITS);
        assertThat(finding(history, Ailment.RATE_TOO_HIGH).cure()).isEqualTo("a tenth of the rate");
    }

    @Test
    void tooWeakAGeneratorStaysBehind() {
        History history =
                trainer(line(1), reluNet(32, 2), adam(1e-3f), adam(5e-3f)).fit(line(800, true));
        assertThat(ailments(history)).containsExactly(Ailment.GENERATOR_BEHIND);
        assertThat(finding(history, Ailment.GENERATOR_BEHIND).cure()).startsWith("a wider or deeper generator");
    }

    @Test
    void aCriticThatIsNotHeldRunsAway() {
        History free = trainer(reluNet(16, 1), reluNet(16, 2), adam(1e-3f), adam(5e-3f))
                .loss(GanLoss.wasserstein())
                .discriminatorSteps(5)
                .fit(line(5 * 100, false));
        assertThat(finding(free, Ailment.SCORES_RUN_AWAY).cure()).contains("clipWeights(0.01f)", "wganGp(10)");
        History clipped = trainer(
                        reluNet(16, 1),
                        reluNet(16, 2),
                        rmsprop(1e-3f),
                        rmsprop(1e-3f).clipWeights(0.1f))
                .loss(GanLoss.wasserstein())
                .discriminatorSteps(5)
                .fit(line(5 * 100, false));
        assertThat(ailments(clipped)).doesNotContain(Ailment.SCORES_RUN_AWAY);
    }

    @Test
    void twoStraightLinesChaseEachOther() {
        History history = trainer(line(1), line(2), adam(0.1f), adam(0.1f)).fit(line(1000, false));
        Finding oscillation = finding(history, Ailment.OSCILLATION);
        assertThat(oscillation.evidence()).contains("swung by more than 0.2");
        assertThat(oscillation.cure()).contains("Schedule.linear", "MovingAverage");
    }

    @Test
    void aGeneratorThatOutrunsTheDiscriminatorCollapses() {
        Sequential generator = sequential(dense(256, 64), relu(), dense(64, 64), relu(), dense(64, 2))
                .initialize(1);
        Sequential discriminator = sequential(
                        dense(2, 64), leakyRelu(0.2f), dense(64, 64), leakyRelu(0.2f), dense(64, 1))
                .initialize(2);
        History history =
                trainer(generator, discriminator, adam(1e-3f), adam(1e-4f)).fit(Ring.data(BATCH * 1000, 1));
        assertThat(finding(history, Ailment.COLLAPSE).evidence()).contains("times as far as real items");
        assertThat(Ring.score(generator.predict(Latent.normal(256).draw(2500, 3)))
                        .modes())
                .isLessThan(2);
    }

    @Test
    void aDiscriminatorThatHardlyLearnsLosesToTheGenerator() {
        History history = trainer(reluNet(16, 1), reluNet(16, 2), adam(1e-2f), adam(1e-5f))
                .fit(line(200, false));
        assertThat(ailments(history)).containsExactly(Ailment.GENERATOR_WON);
    }

    @Test
    void aDiscriminatorOfZerosIsBlind() {
        Sequential zeros = reluNet(16, 2);
        zeros.parameters()
                .forEach(parameter -> parameter.set(new float[parameter.shape().size()]));
        History history = trainer(reluNet(16, 1), zeros, sgd(1e-3f), sgd(1e-3f)).fit(line(60, false));
        assertThat(finding(history, Ailment.DISCRIMINATOR_BLIND).evidence()).contains("D has learned nothing");
    }

    /** The plain recipe on N(3, 0.5): a calm game whose fakes spread too little. */
    @Test
    void aCalmGameCanBeBlindToo() {
        History history =
                trainer(tanhNet(1), tanhNet(2), adam(1e-3f), adam(1e-3f)).fit(line(1600, false));
        assertThat(ailments(history)).containsExactly(Ailment.DISCRIMINATOR_BLIND);
        assertThat(finding(history, Ailment.DISCRIMINATOR_BLIND).evidence()).contains("though the fakes spread 0.");
    }

    @Test
    void ofAHealthyRunItSaysNothing() {
        Schedule falling = Schedule.linear(300, 1000, 0.05);
        History history = trainer(
                        tanhNet(1),
                        tanhNet(2),
                        adam(3e-3f, 0).schedule(falling),
                        adam(2e-2f, 0).schedule(falling))
                .penalties(GradientPenalty.r1(0.1f))
                .batch(4 * BATCH)
                .fit(line(4 * 1000, false));
        assertThat(GanDoctor.examine(history)).isEmpty();
        assertThat(GanDoctor.report(history).stringColumn("finding").asList()).containsExactly("nothing");
        assertThat(history.lastMean("spread of G(z)", 100)).isBetween(0.9, 1.1);
    }

    @Test
    void theReportNamesEvidenceAndCure() {
        Sequential zeros = line(2);
        zeros.parameters().get(0).set(0);
        History history = trainer(line(1), zeros, sgd(1e-6f), sgd(1e-6f)).fit(line(60, false));
        assertThat(GanDoctor.report(history).columnNames()).containsExactly("finding", "what was seen", "what to try");
        assertThat(GanDoctor.report(history).stringColumn("finding").asList()).contains("discriminator blind");
    }

    @Test
    void itNeedsAGansHistoryOfSomeLength() {
        History brief = trainer(line(1), line(2), sgd(0.1f), sgd(0.1f)).fit(line(39, false));
        assertThatThrownBy(() -> GanDoctor.examine(brief))
                .hasMessageContaining("a run of 39 steps is too short to judge: at least 40");
        History supervised = new Trainer(line(1), Losses.meanSquaredError()).fit(line(60, false), line(60, false));
        assertThatThrownBy(() -> GanDoctor.examine(supervised))
                .hasMessageContaining("reads the history of a GanTrainer, and this one has [loss, rate]");
    }

    /** A D that ends in a sigmoid that no check can see: the loss's own sigmoid makes 0.731 of its 1, and 0.5 of its 0. */
    @Test
    void twoSigmoidsAreFound() {
        Sequential twice = sequential(dense(1, 32), relu(), dense(32, 1), new HandMade(sigmoid()))
                .initialize(2);
        History history = trainer(line(1), twice, adam(1e-3f), adam(1e-2f)).fit(line(400, false));
        assertThat(history.lastMean("D(x)", 20)).isBetween(0.7, 0.7311);
        assertThat(ailments(history)).contains(Ailment.TWO_SIGMOIDS);
        Finding found = finding(history, Ailment.TWO_SIGMOIDS);
        assertThat(found.evidence())
                .endsWith("both lay between 0.5 and 0.731, the sigmoids of 0 and of 1: D's outputs are probabilities"
                        + " already, and the loss takes logits");
        assertThat(found.cure()).isEqualTo("leave out the sigmoid that D ends in: it is part of the loss");
    }
}

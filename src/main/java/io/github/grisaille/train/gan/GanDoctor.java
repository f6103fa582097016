package io.github.grisaille.train.gan;

import io.github.grisaille.train.History;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * Reads the history of a {@link GanTrainer} run and names its problems, with the numbers that show them and what to try
 * first. It judges the last quarter of the run, because every GAN is unstable at first. Oscillation is judged by the second
 * half, and growing scores and updates by the whole run.
 *
 * <p>It reads curves. It does not measure quality: the samples can be bad even if it finds no problem. Collapse to a few
 * modes that lie far apart does not show in the curves. With the values of {@link GanTrainer#diagnose} it finds more.
 */
public final class GanDoctor {
    /** The problems of a run. */
    public enum Ailment {
        /** D is certain of everything, so G learns nothing from it. */
        DISCRIMINATOR_WON,
        /** D recognises fakes easily, but not with certainty: G is too weak. */
        GENERATOR_BEHIND,
        /** D gives fakes a higher probability than real items. */
        GENERATOR_WON,
        /** D's outputs go through two sigmoids: its own, and that of the loss. */
        TWO_SIGMOIDS,
        /** D does not tell real items from fakes. */
        DISCRIMINATOR_BLIND,
        /** Now one network wins and now the other. */
        OSCILLATION,
        /** The fakes of a batch are nearly the same. */
        COLLAPSE,
        /** Almost no gradient reaches G's first layer. */
        VANISHING_GRADIENT,
        /** Many ReLUs are always 0. */
        DEAD_UNITS,
        /** Updates are large compared with the weights. */
        RATE_TOO_HIGH,
        /** A critic's scores grow without bound. */
        SCORES_RUN_AWAY
    }

    /**
     * A problem that the doctor found.
     *
     * @param evidence the numbers that show it
     * @param cure what to try first
     */
    public record Finding(Ailment ailment, String evidence, String cure) {}

    /** The number of steps that a run needs to be judged. */
    private static final int SHORTEST = 40;
    /** D is certain if D(x) is above this and D(G(z)) below 1 minus this. */
    private static final double CERTAIN = 0.95;
    /** D wins easily if D(x) is above this and D(G(z)) below 1 minus this. */
    private static final double EASY = 0.75;
    /** If D(x) and D(G(z)) differ by less, D sees no difference. */
    private static final double NO_GAP = 0.02;
    /** If D(G(z)) is above D(x) by more, D is fooled. */
    private static final double FOOLED = 0.1;
    /** Curves are averaged over this many blocks. */
    private static final int BLOCKS = 40;
    /** A change of D(G(z)) by more is a swing; {@link #SWINGS} swings are oscillation. */
    private static final double SWING = 0.2;

    private static final int SWINGS = 4;
    /** If the spread of fakes, divided by that of real items, is below this, the fakes are nearly the same. */
    private static final double NARROW = 0.25;
    /** A gradient norm below this is as good as 0. */
    private static final double FAINT = 1e-5;
    /** A share of dead ReLUs above this harms a network. */
    private static final double MANY_DEAD = 0.7;
    /** An update is large if its norm, divided by that of the weights, is above this. */
    private static final double LARGE_UPDATE = 0.03;
    /** Scores grow without bound if they are above this and grew by the factor {@link #GROWTH}. */
    private static final double LARGE_SCORE = 200;

    private static final double GROWTH = 10;
    /** If the relative spread of fakes is outside these two, the fakes differ from the data. */
    private static final double SPREAD_LOW = 0.5;

    private static final double SPREAD_HIGH = 2;
    /** The sigmoids of 0 and of 1: a value that went through two sigmoids lies between them. */
    private static final double SIGMOID_OF_0 = 0.5;

    private static final double SIGMOID_OF_1 = 1 / (1 + Math.exp(-1));
    /** The rounding error of a probability. */
    private static final double ROUNDING = 1e-6;

    private final History history;
    private final int recent;
    private final double[] real;
    private final double[] fake;
    private final List<Finding> findings = new ArrayList<>();

    private GanDoctor(History history) {
        this.history = history;
        this.recent = Math.max(SHORTEST / 4, history.size() / 4);
        this.real = history.values("D(x)");
        this.fake = history.values("D(G(z))");
    }

    /**
     * The problems of a run: first those of the balance between the networks, then those inside them. Empty if none is found.
     *
     * @throws IllegalArgumentException if the history is not that of a GAN, or is too short to judge
     */
    public static List<Finding> examine(History history) {
        if (!history.series().contains("D(G(z))")) {
            throw new IllegalArgumentException(
                    "the doctor reads the history of a GanTrainer, and this one has " + history.series());
        }
        if (history.size() < SHORTEST) {
            throw new IllegalArgumentException("a run of " + history.size() + " steps is too short to judge: at least "
                    + SHORTEST + " are needed");
        }
        GanDoctor doctor = new GanDoctor(history);
        doctor.judgeScores();
        if (doctor.probabilities()) {
            doctor.judgeBalance();
        }
        doctor.judgeInside();
        return List.copyOf(doctor.findings);
    }

    /** The findings as a table. If there are none, one row says so. */
    public static Table report(History history) {
        StringColumn ailments = StringColumn.create("finding");
        StringColumn evidence = StringColumn.create("what was seen");
        StringColumn cures = StringColumn.create("what to try");
        List<Finding> found = examine(history);
        for (Finding finding : found) {
            ailments.append(finding.ailment.name().toLowerCase(Locale.ROOT).replace('_', ' '));
            evidence.append(finding.evidence);
            cures.append(finding.cure);
        }
        if (found.isEmpty()) {
            ailments.append("nothing");
            evidence.append("the networks stay in balance");
            cures.append("look at the samples, and measure them");
        }
        return Table.create("the doctor's findings", ailments, evidence, cures);
    }

    private boolean probabilities() {
        return DoubleStream.concat(Arrays.stream(real), Arrays.stream(fake))
                .allMatch(value -> value >= 0 && value <= 1);
    }

    private double recently(String series) {
        return history.lastMean(series, recent);
    }

    private void judgeScores() {
        double[] sizes = blocks(IntStream.range(0, history.size())
                .mapToDouble(i -> Math.max(Math.abs(real[i]), Math.abs(fake[i])))
                .toArray());
        double largest = Arrays.stream(sizes).max().orElse(0);
        if (largest > LARGE_SCORE && largest > GROWTH * sizes[0]) {
            find(
                    Ailment.SCORES_RUN_AWAY,
                    "the critic's scores grew from %.2g to %.2g",
                    "keep the critic Lipschitz: a gradient penalty (GradientPenalty.wganGp(10)), spectralNorm(…) around"
                            + " its layers, or clipWeights(0.01f) on its optimiser",
                    sizes[0],
                    largest);
        }
    }

    private void judgeBalance() {
        double onReal = recently("D(x)");
        double onFake = recently("D(G(z))");
        String seen = String.format(
                Locale.ROOT, "in the last %d steps D(x) is %.3f and D(G(z)) %.2g", recent, onReal, onFake);
        boolean oscillates = judgeOscillation();
        if (throughTwoSigmoids()) {
            find(
                    Ailment.TWO_SIGMOIDS,
                    seen
                            + ", and in the whole run both lay between 0.5 and 0.731, the sigmoids of 0 and of 1: D's outputs"
                            + " are probabilities already, and the loss takes logits",
                    "leave out the sigmoid that D ends in: it is part of the loss");
            return;
        }
        if (onReal > CERTAIN && onFake < 1 - CERTAIN) {
            boolean saturated = recently("generator loss") <= 0;
            find(
                    Ailment.DISCRIMINATOR_WON,
                    seen
                            + (saturated
                                    ? "; G's loss log(1 − D(G(z))) is flat there: its gradient for the logit is D(G(z))"
                                    : ""),
                    saturated
                            ? "GanLoss.nonSaturating(), whose gradient is strong where D is sure; then hold D back with"
                                    + " GradientPenalty.r1(…)"
                            : "hold D back: GradientPenalty.r1(…), instance noise, smoothed(0.1f) labels, fewer steps or a"
                                    + " lower rate for D");
        } else if (!oscillates && onReal > EASY && onFake < 1 - EASY) {
            find(
                    Ailment.GENERATOR_BEHIND,
                    seen + ": D tells them apart easily",
                    "a wider or deeper generator, a higher rate for it, or a weaker D");
        } else if (!oscillates && onFake > onReal + FOOLED) {
            find(
                    Ailment.GENERATOR_WON,
                    seen + ": D takes fakes for real rather than real items",
                    "strengthen D: more steps or a higher rate for it, a wider D, or a lower rate for G");
        }
        if (!oscillates) {
            judgeSight();
        }
    }

    /** If D ends in logits and has learned anything, some of its probabilities are below ½. */
    private boolean throughTwoSigmoids() {
        double least = DoubleStream.concat(Arrays.stream(real), Arrays.stream(fake))
                .min()
                .orElse(0);
        double greatest = DoubleStream.concat(Arrays.stream(real), Arrays.stream(fake))
                .max()
                .orElse(0);
        return least >= SIGMOID_OF_0 - ROUNDING
                && greatest <= SIGMOID_OF_1 + ROUNDING
                && greatest > SIGMOID_OF_0 + NO_GAP;
    }

    /** D is at ½ everywhere in two cases: at the end of a perfect game, and while D has learned nothing. */
    private void judgeSight() {
        double[] gaps = IntStream.range(0, real.length)
                .mapToDouble(i -> real[i] - fake[i])
                .toArray();
        double widest = Arrays.stream(blocks(gaps)).map(Math::abs).max().orElse(0);
        double now = Math.abs(mean(gaps, gaps.length - recent, gaps.length));
        double spread = history.series().contains(GanDiagnosis.SPREAD) ? recently(GanDiagnosis.SPREAD) : 1;
        String cure =
                "a higher rate for D, a larger D, LeakyReLU in it, less noise or a weaker penalty; for a D that sees"
                        + " too little of the batch, pack(2)";
        if (widest < NO_GAP) {
            find(
                    Ailment.DISCRIMINATOR_BLIND,
                    "D(x) and D(G(z)) were never more than %.3f apart: D has learned nothing",
                    cure,
                    widest);
        } else if (now < NO_GAP && (spread >= NARROW && spread < SPREAD_LOW || spread > SPREAD_HIGH)) {
            find(
                    Ailment.DISCRIMINATOR_BLIND,
                    "D(x) and D(G(z)) are %.3f apart in the last %d steps, though the fakes spread %.2f times as far as"
                            + " real items: D does not see the difference",
                    cure,
                    now,
                    recent,
                    spread);
        }
    }

    /** Counts how often D(G(z)) changes direction and then moves by a whole swing, in the second half of the run. */
    private boolean judgeOscillation() {
        double[] means = blocks(Arrays.copyOfRange(fake, fake.length / 2, fake.length));
        int swings = 0;
        boolean rising = false;
        double turn = means[0];
        for (double value : means) {
            if (rising ? value < turn - SWING : value > turn + SWING) {
                swings++;
                rising = !rising;
                turn = value;
            }
            turn = rising ? Math.max(turn, value) : Math.min(turn, value);
        }
        boolean oscillates = swings >= SWINGS;
        if (oscillates) {
            find(
                    Ailment.OSCILLATION,
                    "D(G(z)), averaged over a few steps, swung by more than %.1f %d times in the second half of the run",
                    "lower rates that fall to 0 (Schedule.linear), Adam's first beta at 0.5 or 0, GradientPenalty.r1(…),"
                            + " an averaged generator (MovingAverage)",
                    SWING,
                    swings);
        }
        return oscillates;
    }

    /** The problems that only a diagnosis shows. */
    private void judgeInside() {
        List<String> series = history.series();
        if (!series.contains(GanDiagnosis.SPREAD)) {
            return;
        }
        double spread = recently(GanDiagnosis.SPREAD);
        if (spread < NARROW) {
            find(
                    Ailment.COLLAPSE,
                    "in the last %d steps the fakes of a batch spread %.2f times as far as real items",
                    "let D see batches: pack(2), minibatchDeviation() or minibatchDiscrimination(…); GradientPenalty.r1(…);"
                            + " UnrolledDiscriminator; FeatureMatching",
                    recent,
                    spread);
        }
        series.stream()
                .filter(name -> name.startsWith("gradient norm, generator"))
                .findFirst()
                .ifPresent(this::judgeGradient);
        for (String player : List.of(GanDiagnosis.GENERATOR, GanDiagnosis.DISCRIMINATOR)) {
            judgePlayer(player);
        }
    }

    private void judgeGradient(String firstLayer) {
        double norm = recently(firstLayer);
        if (norm < FAINT) {
            find(
                    Ailment.VANISHING_GRADIENT,
                    "the %s was %.1e in the last %d steps",
                    "GanLoss.nonSaturating() if the loss is minimax; a D that is less sure (GradientPenalty.r1(…)); ReLU or"
                            + " LeakyReLU with He's initial weights in place of saturating activations",
                    firstLayer,
                    norm,
                    recent);
        }
    }

    private void judgePlayer(String player) {
        String dead = PlayerDiagnosis.deadSeries(player);
        if (history.series().contains(dead) && recently(dead) > MANY_DEAD) {
            find(
                    Ailment.DEAD_UNITS,
                    "%.0f%% of the %s's ReLUs were 0 for whole batches in the last %d steps",
                    "leakyRelu(0.2f), a lower rate, He's initial weights",
                    100 * recently(dead),
                    player,
                    recent);
        }
        // Adam's first steps are large in every run
        double update = Arrays.stream(blocks(history.values(PlayerDiagnosis.updateSeries(player))))
                .skip(1)
                .max()
                .orElse(0);
        if (update > LARGE_UPDATE) {
            find(
                    Ailment.RATE_TOO_HIGH,
                    "the %s's updates reached %.3f of its weights' norm after the start; 0.001 is usual",
                    "a tenth of the rate",
                    player,
                    update);
        }
    }

    private void find(Ailment ailment, String evidence, String cure, Object... numbers) {
        String seen = numbers.length == 0 ? evidence : String.format(Locale.ROOT, evidence, numbers);
        findings.add(new Finding(ailment, seen, cure));
    }

    /** Means over blocks, so that single batches have no influence. */
    private static double[] blocks(double[] values) {
        int count = Math.min(BLOCKS, values.length / 5);
        return IntStream.range(0, count)
                .mapToDouble(i -> mean(values, i * values.length / count, (i + 1) * values.length / count))
                .toArray();
    }

    private static double mean(double[] values, int from, int to) {
        return Arrays.stream(values, from, to).average().orElse(0);
    }
}

package io.github.grisaille.optim;

import java.util.StringJoiner;

/** A factor that depends on the step. It multiplies an optimiser's learning rate or the weight of a VAE's KL term. */
@FunctionalInterface
public interface Schedule {
    /**
     * The largest relative difference between factors of equal schedules: the last bits of a cosine depend on the JDK.
     */
    double TOLERANCE = 1e-9;

    /** The factor for a step; the first step is 0. */
    double factor(long step);

    static Schedule constant() {
        return step -> 1;
    }

    /** Step decay: multiplies by {@code factor} again after every {@code every} steps. */
    static Schedule step(long every, double factor) {
        if (every < 1 || !(factor > 0)) {
            throw new IllegalArgumentException("a step schedule needs a period of at least 1 and a factor above 0; got "
                    + every + " and " + factor);
        }
        return step -> Math.pow(factor, step / every);
    }

    /**
     * Cosine annealing: half a cosine from 1 to {@code last} over {@code steps} steps, then {@code last} (Loshchilov
     * and Hutter 2017).
     */
    static Schedule cosine(long steps, double last) {
        checkFall(steps, last);
        return step -> last + (1 - last) * 0.5 * (1 + Math.cos(Math.PI * Math.min(1.0, (double) step / steps)));
    }

    /** Linear decay: 1 until step {@code start}, then linear to {@code last} at step {@code end}, then {@code last}. */
    static Schedule linear(long start, long end, double last) {
        if (start < 0) {
            throw new IllegalArgumentException("a linear schedule must start at step 0 or later; got " + start);
        }
        checkFall(end - start, last);
        return step -> 1 - (1 - last) * Math.min(1.0, Math.max(0.0, (double) (step - start) / (end - start)));
    }

    /** Linear warm-up: from 0 at the start to 1 after {@code steps} steps, then 1. */
    static Schedule warmUp(long steps) {
        if (steps < 1) {
            throw new IllegalArgumentException("a warm-up needs at least 1 step; got " + steps);
        }
        return step -> Math.min(1.0, (double) step / steps);
    }

    /**
     * Cyclical annealing: in each period linear from 0 to 1, then 1 until the end of the period (Fu et al. 2019).
     *
     * @param rise the share of the period in which the factor rises, above 0 and at most 1; 0.5 in the paper
     */
    static Schedule cyclical(long period, double rise) {
        if (period < 1 || !(rise > 0 && rise <= 1)) {
            throw new IllegalArgumentException(
                    "a cyclical schedule needs a period of at least 1 and a rise above 0 and at most 1; got " + period
                            + " and " + rise);
        }
        return step -> Math.min(1.0, step % period / (rise * period));
    }

    /**
     * The factors at some steps up to a few million. A checkpoint compares them to find out whether two schedules are
     * equal.
     */
    default String describe() {
        StringJoiner factors = new StringJoiner(", ");
        try {
            factors.add("0: " + factor(0));
            for (long step = 1; step < 1 << 21; step *= 2) {
                factors.add(step + ": " + factor(step));
                factors.add(step * 3 + ": " + factor(step * 3));
            }
        } catch (RuntimeException noSuchStep) {
            // a user's own function may know only the steps of its run
            return factors.toString();
        }
        return factors.toString();
    }

    private static void checkFall(long steps, double last) {
        if (steps < 1 || !(last >= 0)) {
            throw new IllegalArgumentException(
                    "a schedule needs at least 1 step and a last factor of at least 0; got " + steps + " and " + last);
        }
    }
}

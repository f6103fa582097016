package io.github.grisaille.optim;

import java.util.StringJoiner;

/** A number over time, as a factor of what was set: an optimiser's learning rate, the weight of a VAE's KL term. */
@FunctionalInterface
public interface Schedule {
    /** How far factors of one schedule may lie apart, as a share of their size: a cosine's last bits depend on the Java. */
    double TOLERANCE = 1e-9;

    /** The factor for a step, counted from 0. */
    double factor(long step);

    static Schedule constant() {
        return step -> 1;
    }

    /** Multiplies the rate by a factor after every so many steps. */
    static Schedule step(long every, double factor) {
        if (every < 1 || !(factor > 0)) {
            throw new IllegalArgumentException(
                    "a step schedule needs a period of at least 1 and a factor above 0, and got " + every + " and "
                            + factor);
        }
        return step -> Math.pow(factor, step / every);
    }

    /** Half a cosine from 1 down to {@code last} over so many steps (Loshchilov and Hutter 2017), then {@code last}. */
    static Schedule cosine(long steps, double last) {
        checkFall(steps, last);
        return step -> last + (1 - last) * 0.5 * (1 + Math.cos(Math.PI * Math.min(1.0, (double) step / steps)));
    }

    /** 1 until {@code start}, then a straight line down to {@code last} at {@code end}, then {@code last}. */
    static Schedule linear(long start, long end, double last) {
        if (start < 0) {
            throw new IllegalArgumentException("a linear schedule starts at step 0 or later, not at " + start);
        }
        checkFall(end - start, last);
        return step -> 1 - (1 - last) * Math.min(1.0, Math.max(0.0, (double) (step - start) / (end - start)));
    }

    /** A straight line from 0 at the start to 1 after so many steps, then 1. */
    static Schedule warmUp(long steps) {
        if (steps < 1) {
            throw new IllegalArgumentException("a warm-up takes at least 1 step, and got " + steps);
        }
        return step -> Math.min(1.0, (double) step / steps);
    }

    /**
     * Again and again a straight line from 0 to 1 in the first part of a period, then 1 until its end (Fu et al. 2019).
     *
     * @param rise the part of the period that the line takes, above 0 and at most 1; the paper's 0.5
     */
    static Schedule cyclical(long period, double rise) {
        if (period < 1 || !(rise > 0 && rise <= 1)) {
            throw new IllegalArgumentException(
                    "a cyclical schedule needs a period of at least 1 and a rise above 0 and at most 1, and got "
                            + period + " and " + rise);
        }
        return step -> Math.min(1.0, step % period / (rise * period));
    }

    /**
     * The factors at a choice of steps up to some millions, which tell one schedule from another, whatever function it
     * is.
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
            // a function of a user's own may know only the steps of its run
            return factors.toString();
        }
        return factors.toString();
    }

    private static void checkFall(long steps, double last) {
        if (steps < 1 || !(last >= 0)) {
            throw new IllegalArgumentException(
                    "a schedule needs at least 1 step and a last factor of at least 0, and got " + steps + " and "
                            + last);
        }
    }
}

package io.github.grisaille.metric;

import io.github.grisaille.data.Dataset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A ball around each item of a set, reaching to the item's k-th nearest neighbour in the set. */
final class Balls {
    private static final int ENOUGH_A_NEIGHBOUR = 10;

    private final Dataset centres;
    private final double[] squaredRadii;
    private final int k;

    private Balls(Dataset centres, double[] squaredRadii, int k) {
        this.centres = centres;
        this.squaredRadii = squaredRadii;
        this.k = k;
    }

    static Balls around(Dataset items, int k) {
        if (k >= 1 && k >= items.size()) {
            throw new IllegalArgumentException("a ball reaches to its centre's k-th nearest neighbour: k is " + k
                    + ", and a set has " + items.size() + " items: give more items than k");
        }
        return new Balls(items, NearestNeighbours.withinOwn(items, k).farthestSquared(), k);
    }

    Dataset centres() {
        return centres;
    }

    int k() {
        return k;
    }

    /** What is to be known about few or equal items, in the words of a note; empty if nothing. */
    String note(String what) {
        int enough = ENOUGH_A_NEIGHBOUR * k;
        long points = Arrays.stream(squaredRadii).filter(square -> square == 0).count();
        List<String> notes = new ArrayList<>();
        if (squaredRadii.length < enough) {
            notes.add(String.format(
                    Locale.ROOT,
                    "k %d of %,d %s items: each ball reaches over a large part of the set, and the figures say little; take"
                            + " at least %,d",
                    k,
                    squaredRadii.length,
                    what,
                    enough));
        }
        if (points > 0) {
            notes.add(String.format(
                    Locale.ROOT,
                    "%,d of %,d %s items have k or more equals: their balls have radius 0",
                    points,
                    squaredRadii.length,
                    what));
        }
        return String.join("; ", notes);
    }

    /** The share of items that lie in any ball. */
    double shareInside(Dataset items) {
        boolean[] inside = new boolean[items.size()];
        DistanceBlocks.scan(items, centres, block -> {
            for (int i = 0; i < block.rows(); i++) {
                for (int j = 0; j < block.columns() && !inside[block.firstRow + i]; j++) {
                    inside[block.firstRow + i] = block.within(i, j, squaredRadii[block.firstColumn + j]);
                }
            }
        });
        int count = 0;
        for (boolean one : inside) {
            count += one ? 1 : 0;
        }
        return (double) count / inside.length;
    }

    /** How many of the items lie in each ball. */
    int[] held(Dataset items) {
        int[] held = new int[squaredRadii.length];
        DistanceBlocks.scan(items, centres, block -> {
            for (int i = 0; i < block.rows(); i++) {
                for (int j = 0; j < block.columns(); j++) {
                    held[block.firstColumn + j] += block.within(i, j, squaredRadii[block.firstColumn + j]) ? 1 : 0;
                }
            }
        });
        return held;
    }
}

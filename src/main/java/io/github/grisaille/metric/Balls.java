package io.github.grisaille.metric;

import io.github.grisaille.data.Dataset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A ball around each item of a set. Its radius is the distance to the item's k-th nearest neighbour in the set. */
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
            throw new IllegalArgumentException(
                    "a set needs more than k items, because a ball's radius is the distance to the k-th nearest"
                            + " neighbour; got k = "
                            + k + " and " + items.size() + " items");
        }
        return new Balls(items, NearestNeighbours.withinOwn(items, k).farthestSquared(), k);
    }

    Dataset centres() {
        return centres;
    }

    int k() {
        return k;
    }

    /** A note if there are few items or equal items; empty otherwise. */
    String note(String what) {
        int enough = ENOUGH_A_NEIGHBOUR * k;
        long points = Arrays.stream(squaredRadii).filter(square -> square == 0).count();
        List<String> notes = new ArrayList<>();
        if (squaredRadii.length < enough) {
            notes.add(String.format(
                    Locale.ROOT,
                    "k is %d for only %,d %s items: each ball covers a large part of the set, so the values"
                            + " mean little; use"
                            + " at least %,d items",
                    k,
                    squaredRadii.length,
                    what,
                    enough));
        }
        if (points > 0) {
            notes.add(String.format(
                    Locale.ROOT,
                    "%,d of %,d %s items have at least k equal items, so their balls have radius 0",
                    points,
                    squaredRadii.length,
                    what));
        }
        return String.join("; ", notes);
    }

    /** The share of items that lie in at least one ball. */
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

    /** The number of items in each ball. */
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

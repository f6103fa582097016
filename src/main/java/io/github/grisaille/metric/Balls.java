package io.github.grisaille.metric;

import io.github.grisaille.data.Dataset;

/** A ball around each item of a set, reaching to the item's k-th nearest neighbour in the set. */
final class Balls {
    private final Dataset centres;
    private final double[] squaredRadii;
    private final int k;

    private Balls(Dataset centres, double[] squaredRadii, int k) {
        this.centres = centres;
        this.squaredRadii = squaredRadii;
        this.k = k;
    }

    static Balls around(Dataset items, int k) {
        return new Balls(items, NearestNeighbours.withinOwn(items, k).farthestSquared(), k);
    }

    Dataset centres() {
        return centres;
    }

    int k() {
        return k;
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

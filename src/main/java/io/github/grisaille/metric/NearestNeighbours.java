package io.github.grisaille.metric;

import io.github.grisaille.data.Dataset;
import io.github.grisaille.plot.Doubles;
import io.github.grisaille.plot.Tabular;
import io.github.grisaille.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.Table;

/**
 * For each item of a set its nearest neighbours in another set, by Euclidean distance in pixels or in features.
 * Generated pictures that are much nearer to training pictures than test pictures are were memorised.
 *
 * <p>Distances are exact to double precision. Only a few blocks of items are in memory, even if the other set is large.
 */
public final class NearestNeighbours implements Tabular {
    private final int[][] indices;
    private final double[][] squaredDistances;

    private NearestNeighbours(int count, int k) {
        indices = new int[count][k];
        squaredDistances = new double[count][k];
        for (double[] squares : squaredDistances) {
            Arrays.fill(squares, Double.POSITIVE_INFINITY);
        }
    }

    /**
     * The k nearest items of {@code among} for each item of a batch.
     *
     * @param items items along the first axis, with as many values as the items of {@code among}
     */
    public static NearestNeighbours of(Tensor items, Dataset among, int k) {
        return of(Items.of(items, "items"), among, k);
    }

    /**
     * The k nearest items of {@code among} for each item. If several are equally near, the one with the smallest index
     * comes first.
     */
    public static NearestNeighbours of(Dataset items, Dataset among, int k) {
        return find(items, among, k, false);
    }

    /** For each item the k nearest other items of the same set. */
    static NearestNeighbours withinOwn(Dataset items, int k) {
        return find(items, items, k, true);
    }

    private static NearestNeighbours find(Dataset items, Dataset among, int k, boolean own) {
        int most = among.size() - (own ? 1 : 0);
        if (most < 1) {
            throw new IllegalArgumentException("nearest neighbours need at least 2 items; got 1");
        }
        if (k < 1 || k > most) {
            throw new IllegalArgumentException(
                    "k must be from 1 to " + most + ", the number of possible neighbours; got " + k);
        }
        NearestNeighbours result = new NearestNeighbours(items.size(), k);
        DistanceBlocks.scan(items, among, block -> result.see(block, own));
        return result;
    }

    private void see(DistanceBlocks.Block block, boolean own) {
        for (int i = 0; i < block.rows(); i++) {
            int item = block.firstRow + i;
            double[] squares = squaredDistances[item];
            for (int j = 0; j < block.columns(); j++) {
                boolean itself = own && item == block.firstColumn + j;
                if (!itself && block.within(i, j, squares[squares.length - 1])) {
                    insert(block.squared(i, j), block.firstColumn + j, squares, indices[item]);
                }
            }
        }
    }

    private static void insert(double square, int index, double[] squares, int[] places) {
        if (square >= squares[squares.length - 1]) {
            return;
        }
        int at = squares.length - 1;
        while (at > 0 && squares[at - 1] > square) {
            squares[at] = squares[at - 1];
            places[at] = places[at - 1];
            at--;
        }
        squares[at] = square;
        places[at] = index;
    }

    /** The number of items whose neighbours were searched. */
    public int size() {
        return indices.length;
    }

    /** The indices of an item's neighbours in their set, the nearest first. */
    public int[] indices(int item) {
        return indices[item].clone();
    }

    /** The distances to an item's neighbours, the nearest first. */
    public double[] distances(int item) {
        return Arrays.stream(squaredDistances[item]).map(Math::sqrt).toArray();
    }

    /** Each item's distance to its nearest neighbour. */
    public double[] nearest() {
        return Arrays.stream(squaredDistances)
                .mapToDouble(row -> Math.sqrt(row[0]))
                .toArray();
    }

    /** Each item's squared distance to its k-th neighbour. */
    double[] farthestSquared() {
        return Arrays.stream(squaredDistances)
                .mapToDouble(row -> row[row.length - 1])
                .toArray();
    }

    /**
     * A table with one row for each item and neighbour: item, rank (from 1), index of the neighbour in its set,
     * distance.
     */
    @Override
    public Table table() {
        Table table = Table.create(
                "nearest neighbours",
                IntColumn.create("item"),
                IntColumn.create("rank"),
                IntColumn.create("neighbour"),
                Doubles.column("distance"));
        IntStream.range(0, size()).forEach(item -> {
            for (int rank = 0; rank < indices[item].length; rank++) {
                table.intColumn("item").append(item);
                table.intColumn("rank").append(rank + 1);
                table.intColumn("neighbour").append(indices[item][rank]);
                table.doubleColumn("distance").append(Math.sqrt(squaredDistances[item][rank]));
            }
        });
        return table;
    }
}

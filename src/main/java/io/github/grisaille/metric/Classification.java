package io.github.grisaille.metric;

import io.github.grisaille.data.Dataset;
import io.github.grisaille.data.ImageDataset;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.plot.Tabular;
import io.github.grisaille.tensor.Tensor;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** The confusion matrix and the accuracy of a classifier on labelled items. */
public final class Classification implements Tabular {
    private static final int BATCH = 1000;

    private final int[][] counts;

    private Classification(int[][] counts) {
        this.counts = counts;
    }

    /** Classifies labelled images; see {@link #of(Sequential, Dataset, int[])}. */
    public static Classification of(Sequential classifier, ImageDataset images) {
        return of(classifier, images, images.labels(images.size()));
    }

    /**
     * Classifies labelled items.
     *
     * @param classifier its output is one logit per class
     * @param labels one label per item, from 0 to the number of classes − 1
     */
    public static Classification of(Sequential classifier, Dataset items, int[] labels) {
        if (labels.length != items.size()) {
            throw new IllegalArgumentException(
                    "each item needs a label; got " + items.size() + " items and " + labels.length + " labels");
        }
        int[][] counts = null;
        for (int from = 0; from < items.size(); from += BATCH) {
            int to = Math.min(items.size(), from + BATCH);
            Tensor logits = classifier.predict(items.items(from, to, classifier.backend()));
            int classes = logits.axis(-1);
            counts = counts == null ? new int[classes][classes] : counts;
            int[] given = largest(logits);
            for (int i = 0; i < given.length; i++) {
                int label = labels[from + i];
                if (label < 0 || label >= classes) {
                    throw new IllegalArgumentException("item " + (from + i) + " has label " + label
                            + ", but the classifier knows only 0 to " + (classes - 1));
                }
                counts[label][given[i]]++;
            }
        }
        return new Classification(counts);
    }

    /** The class with the largest logit of each row; the first one if several are equal. */
    public static int[] largest(Tensor logits) {
        float[] values = logits.toArray();
        int classes = logits.axis(-1);
        int[] largest = new int[values.length / classes];
        for (int i = 0; i < largest.length; i++) {
            for (int k = 1; k < classes; k++) {
                if (values[i * classes + k] > values[i * classes + largest[i]]) {
                    largest[i] = k;
                }
            }
        }
        return largest;
    }

    /** The share of items that are classified correctly, from 0 to 1. */
    public double accuracy() {
        long right = 0;
        long all = 0;
        for (int i = 0; i < counts.length; i++) {
            right += counts[i][i];
            all += IntStream.of(counts[i]).sum();
        }
        return (double) right / all;
    }

    /** The number of items with this label that were given this class. */
    public int count(int label, int given) {
        return counts[label][given];
    }

    /** The {@link #confusion confusion matrix} with the accuracy as its title. */
    @Override
    public Table table() {
        return confusion().setName(toString());
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "accuracy %.2f%% of %,d items", 100 * accuracy(), items());
    }

    private long items() {
        return Arrays.stream(counts).flatMapToInt(Arrays::stream).sum();
    }

    /** The confusion matrix: one row for each true class, one column for each given class. */
    public Table confusion() {
        int classes = counts.length;
        StringColumn rows = StringColumn.create("true class");
        for (int label = 0; label < classes; label++) {
            rows.append(Integer.toString(label));
        }
        Table table = Table.create("", rows);
        for (int given = 0; given < classes; given++) {
            IntColumn column = IntColumn.create("given " + given);
            for (int[] row : counts) {
                column.append(row[given]);
            }
            table.addColumns(column);
        }
        return table;
    }
}

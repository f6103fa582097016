package io.github.grisaille.metric;

import io.github.grisaille.data.Dataset;
import io.github.grisaille.data.ImageDataset;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.tensor.Tensor;
import java.util.stream.IntStream;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** How a classifier does on labelled items: which label it gave to which. */
public final class Classification {
    private static final int BATCH = 1000;

    private final int[][] counts;

    private Classification(int[][] counts) {
        this.counts = counts;
    }

    /** What a classifier says of labelled images; see {@link #of(Sequential, Dataset, int[])}. */
    public static Classification of(Sequential classifier, ImageDataset images) {
        return of(classifier, images, images.labels(images.size()));
    }

    /**
     * What a classifier says of items whose labels are known.
     *
     * @param classifier ends in one logit a class
     * @param labels as many as there are items, from 0 to less than the number of classes
     */
    public static Classification of(Sequential classifier, Dataset items, int[] labels) {
        if (labels.length != items.size()) {
            throw new IllegalArgumentException(
                    "each item needs its label: there are " + items.size() + " items and " + labels.length + " labels");
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
                            + ", and the classifier knows 0 to " + (classes - 1));
                }
                counts[label][given[i]]++;
            }
        }
        return new Classification(counts);
    }

    /** The class of the largest logit of each row, the first of equals. */
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

    /** The share of items that got their own label, from 0 to 1. */
    public double accuracy() {
        long right = 0;
        long all = 0;
        for (int i = 0; i < counts.length; i++) {
            right += counts[i][i];
            all += IntStream.of(counts[i]).sum();
        }
        return (double) right / all;
    }

    /** How many items of a class were given which class. */
    public int count(int label, int given) {
        return counts[label][given];
    }

    /** The confusion matrix: a row a true class, a column a class that was given. */
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

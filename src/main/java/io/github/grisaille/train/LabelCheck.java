package io.github.grisaille.train;

import io.github.grisaille.data.Dataset;
import io.github.grisaille.nn.Sequential;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Asks networks before the first step whether they can use the labels of the data, and whether labels are missing. */
public final class LabelCheck {
    /**
     * A network that may read labels.
     *
     * @param name what messages call it, such as {@code the discriminator}
     */
    public record Reader(String name, Sequential network) {
        private boolean reads() {
            return network.classes() != 0;
        }

        private String readsClasses() {
            return name + " reads labels of " + network.classes() + " classes";
        }
    }

    private final List<Reader> readers;

    public LabelCheck(Reader... readers) {
        this.readers = List.of(readers);
    }

    /**
     * Refuses networks that read labels, for a training without labels.
     *
     * @param cure what messages tell a user to do
     */
    public void refuseReaders(String cure) {
        for (Reader each : readers) {
            if (each.reads()) {
                throw new IllegalArgumentException(each.readsClasses() + ", and this training has no labels: " + cure);
            }
        }
    }

    /**
     * Refuses labels that do not fit the items or the networks.
     *
     * @param items what messages call an item, such as {@code real item}
     * @throws IllegalArgumentException if there is not one label for each item, if a label is not a vector, if no network
     *     reads labels, or if one reads labels with another number of classes
     */
    public void check(String items, Dataset data, Dataset labels) {
        int[] shape = labels.shape();
        if (data.size() != labels.size() || shape.length != 1) {
            throw new IllegalArgumentException("each " + items + " needs its label, a vector: there are " + data.size()
                    + " items and " + labels.size() + " labels of shape " + Arrays.toString(shape)
                    + ": give one row for each item, as in oneHotLabels(10)");
        }
        if (readers.stream().noneMatch(Reader::reads)) {
            throw new IllegalArgumentException("no layer of "
                    + readers.stream().map(Reader::name).collect(Collectors.joining(" or of "))
                    + " reads labels, so nothing would use them: begin the networks with joinLabels(" + shape[0]
                    + "), or call fit without labels");
        }
        for (Reader each : readers) {
            if (each.reads() && each.network.classes() != shape[0]) {
                throw new IllegalArgumentException(each.readsClasses() + ", and these labels have " + shape[0]
                        + " columns: make the two numbers the same");
            }
        }
    }
}

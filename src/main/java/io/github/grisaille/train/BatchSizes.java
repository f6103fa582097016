package io.github.grisaille.train;

import io.github.grisaille.nn.Sequential;
import io.github.grisaille.nn.ShapeMismatchException;
import io.github.grisaille.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * Asks networks before the first step whether they can be trained on every batch of an epoch. The last batch may be smaller
 * than the others.
 */
public final class BatchSizes {
    /**
     * A network that is trained.
     *
     * @param name what messages call it, such as {@code the discriminator}
     * @param input gives the shape of the network's input for a number of items
     */
    public record Trained(String name, Sequential network, IntFunction<Shape> input) {}

    /** Sizes up to this far from the wanted one are tried. */
    private static final int REACH = 64;

    private final int items;
    private final int pack;
    private final List<Trained> networks;

    /**
     * @param items the size of the data set
     * @param pack batches are cut to a multiple of this number of items
     */
    public BatchSizes(int items, int pack, Trained... networks) {
        this.items = items;
        this.pack = pack;
        this.networks = List.of(networks);
    }

    /**
     * Checks all batches that a run uses.
     *
     * @param batch the wanted batch size
     * @param used the number of batches that the run uses; if it is less than an epoch's, the last one is not checked
     * @throws IllegalArgumentException if a batch is too small for a network; the message names the nearest sizes that work
     */
    public void check(int batch, long used) {
        List<Integer> all = sizes(batch);
        boolean toTheEnd = used >= (items + (long) batch - 1) / batch;
        for (int size : toTheEnd || all.isEmpty() ? all : all.subList(0, 1)) {
            for (Trained each : networks) {
                try {
                    each.network.checkTrainingInput(each.input.apply(size));
                } catch (ShapeMismatchException refused) {
                    throw explained(batch, size, each, refused);
                }
            }
        }
    }

    /** The sizes of an epoch's batches. */
    private List<Integer> sizes(int batch) {
        List<Integer> sizes = new ArrayList<>();
        for (int size : new int[] {Math.min(batch, items), items % batch}) {
            int whole = size - size % pack;
            if (whole > 0) {
                sizes.add(whole);
            }
        }
        return sizes;
    }

    private IllegalArgumentException explained(int batch, int size, Trained network, ShapeMismatchException refused) {
        if (!couldTake(network)) {
            return refused;
        }
        List<Integer> working = new ArrayList<>();
        addFirst(working, batch, -1);
        addFirst(working, batch, 1);
        String which = size == Math.min(batch, items) ? "batches have " : "an epoch's last batch has ";
        String cure = working.isEmpty()
                ? "no batch size near it works: use more items, or another layer"
                : "say batch(" + working.stream().map(String::valueOf).collect(Collectors.joining(") or batch(")) + ")";
        return new IllegalArgumentException(
                which + count(size) + " (" + count(items) + " in batches of " + batch + "), on which " + network.name
                        + " cannot be trained: " + refused.getMessage() + ". For these items " + cure);
    }

    /** Whether a larger batch would work: then the shape of the items is right. */
    private boolean couldTake(Trained network) {
        try {
            network.network.checkTrainingInput(network.input.apply(2 * REACH * pack));
            return true;
        } catch (ShapeMismatchException otherwise) {
            return false;
        }
    }

    /** Adds the nearest size that works, on one side of the wanted one. */
    private void addFirst(List<Integer> working, int batch, int direction) {
        for (int size = batch + direction;
                Math.abs(size - batch) <= REACH && size > 0 && size <= items;
                size += direction) {
            if (size % pack == 0 && works(size)) {
                working.add(size);
                return;
            }
        }
    }

    private boolean works(int batch) {
        try {
            for (int size : sizes(batch)) {
                networks.forEach(each -> each.network.checkTrainingInput(each.input.apply(size)));
            }
            return true;
        } catch (ShapeMismatchException refused) {
            return false;
        }
    }

    private static String count(int items) {
        return items + (items == 1 ? " item" : " items");
    }
}

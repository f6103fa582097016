package io.github.grisaille.nn;

import java.util.List;

/**
 * The layers of a network and their places. A slice keeps the places that its layers have in the whole network. So it
 * finds in a pass what the whole network kept there.
 *
 * @param owner the whole network
 * @param first the place of the first of these layers
 */
record Places(Layer owner, int first, List<Layer> layers) {
    int size() {
        return layers.size();
    }

    Layer layer(int i) {
        return layers.get(i);
    }

    /** The scope of layer i in a pass. */
    Pass scope(int i, Pass pass) {
        return pass.scope(owner, first + i);
    }

    /** How messages call the place of layer i. */
    String name(int i) {
        return "layer " + (first + i);
    }

    /** The first layer with a parameter that is not frozen, or the number of layers if there is none. */
    int firstTrainable() {
        int i = 0;
        while (i < layers.size() && !layers.get(i).trainable()) {
            i++;
        }
        return i;
    }

    /** The layers {@code from} … {@code to − 1}, which are shared. */
    Places slice(int from, int to) {
        return new Places(owner, first + from, layers.subList(from, to));
    }
}

package io.github.grisaille.backend.cpu;

import io.github.grisaille.tensor.ConvGeometry;

/**
 * The channels of the image and of the output of a convolution, or the other way round.
 *
 * @param from the channels that are read
 * @param fromGroup those of one group
 * @param to the channels that are written
 * @param toGroup those of one group
 */
record GroupedChannels(int from, int fromGroup, int to, int toGroup) {
    static GroupedChannels of(int from, int to, ConvGeometry g) {
        return new GroupedChannels(from, from / g.groups(), to, to / g.groups());
    }

    /** Whether each channel that is written reads one channel, its own. */
    boolean areDepthwise() {
        return fromGroup == 1 && toGroup == 1;
    }

    /** The number of weights of one tap. */
    int weightsOfTap() {
        return fromGroup * to;
    }
}

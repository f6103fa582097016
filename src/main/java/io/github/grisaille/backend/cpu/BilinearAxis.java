package io.github.grisaille.backend.cpu;

import io.github.grisaille.backend.Division;

/**
 * One axis of a bilinear upsampling. Place {@code at} of the large image lies between two neighbours of the small image.
 * The second one has the share of place {@code at}, and the first one has the rest. All places are computed with whole
 * numbers, so only the share is rounded.
 *
 * @param small the number of pixels of the small image along this axis
 * @param large the number of pixels of the large image; a multiple of small
 * @param alignCorners whether the centres of the corner pixels lie on each other. If not, the corners of the corner
 *     pixels do
 */
record BilinearAxis(int small, int large, boolean alignCorners) {
    /** The first of the two neighbours. */
    int first(int at) {
        return numerator(at) / denominator();
    }

    /** The second of the two neighbours. At the border it is the first one again. */
    int second(int at) {
        return Math.min(first(at) + 1, small - 1);
    }

    /** The share of the second neighbour, from 0 to 1. */
    float share(int at) {
        return (float) (numerator(at) % denominator()) / denominator();
    }

    /** The place in the small image is numerator / denominator. Before the first centre it is 0. */
    private int numerator(int at) {
        return alignCorners ? at * (small - 1) : Math.max(0, 2 * at + 1 - large / small);
    }

    private int denominator() {
        return alignCorners ? Math.max(1, large - 1) : 2 * (large / small);
    }

    /** The first place of the large image that this pixel of the small image has a share of. */
    int from(int pixel) {
        if (alignCorners) {
            return small == 1 ? 0 : Division.ceil(Math.max(0, pixel - 1) * (large - 1), small - 1);
        }
        int factor = large / small;
        return Math.max(0, factor * pixel - (factor + 1) / 2);
    }

    /** The place after the last one that this pixel of the small image has a share of. */
    int to(int pixel) {
        if (alignCorners) {
            return small == 1 ? large : Math.min(large, Division.ceil((pixel + 1) * (large - 1), small - 1));
        }
        int factor = large / small;
        return Math.min(large, factor * (pixel + 1) + factor / 2);
    }

    /** The share that this pixel of the small image has of a place of the large image; 0 if it has none. */
    float share(int at, int pixel) {
        int first = first(at);
        float share = share(at);
        return (first == pixel ? 1 - share : 0) + (second(at) == pixel ? share : 0);
    }
}

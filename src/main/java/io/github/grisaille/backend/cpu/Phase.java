package io.github.grisaille.backend.cpu;

import io.github.grisaille.backend.Division;
import io.github.grisaille.backend.Extents;
import io.github.grisaille.tensor.ConvGeometry;
import java.util.ArrayList;
import java.util.List;

/**
 * One phase of a transposed convolution: the pixels of the image whose row is y modulo the stride and whose column is x
 * modulo the stride. All of them use the same tapsY × tapsX kernel taps, and each reads a window of the output. From
 * one pixel of the phase to the next, the window moves by one pixel.
 */
record Phase(ConvGeometry g, Extents e, int y, int x) {
    /** All phases that have pixels. */
    static Phase[] of(ConvGeometry g, Extents e) {
        List<Phase> phases = new ArrayList<>();
        for (int y = 0; y < Math.min(g.strideHeight(), e.height()); y++) {
            for (int x = 0; x < Math.min(g.strideWidth(), e.width()); x++) {
                phases.add(new Phase(g, e, y, x));
            }
        }
        return phases.toArray(Phase[]::new);
    }

    int rows() {
        return Division.ceil(e.height() - y, g.strideHeight());
    }

    int columns() {
        return Division.ceil(e.width() - x, g.strideWidth());
    }

    private int firstTapY() {
        return (y + g.padHeight()) % g.strideHeight();
    }

    private int firstTapX() {
        return (x + g.padWidth()) % g.strideWidth();
    }

    private int tapsY() {
        return Math.max(0, Division.ceil(g.kernelHeight() - firstTapY(), g.strideHeight()));
    }

    private int tapsX() {
        return Math.max(0, Division.ceil(g.kernelWidth() - firstTapX(), g.strideWidth()));
    }

    /** The number of values that a pixel of this phase sums. */
    int inner() {
        return tapsY() * tapsX() * e.outChannels();
    }

    /** The product whose rows are the windows of this phase. A row of a window is a run of memory. */
    RowProduct product(int rowFloats) {
        return inner() == 0 ? RowProduct.ofMatrix(0) : new RowProduct(tapsY(), tapsX() * e.outChannels(), rowFloats);
    }

    /** The output row that meets the first tap of the first pixel. The other taps meet the rows above it. */
    private int meetsY() {
        return (y + g.padHeight()) / g.strideHeight();
    }

    private int meetsX() {
        return (x + g.padWidth()) / g.strideWidth();
    }

    int zerosAbove() {
        return Math.max(0, tapsY() - 1 - meetsY());
    }

    int zerosLeft() {
        return Math.max(0, tapsX() - 1 - meetsX());
    }

    int zerosBelow() {
        return Math.max(0, meetsY() + rows() - e.outHeight());
    }

    int zerosRight() {
        return Math.max(0, meetsX() + columns() - e.outWidth());
    }

    /** The output row where the window of the first pixel begins. It may lie above the output. */
    int firstY() {
        return meetsY() - Math.max(0, tapsY() - 1);
    }

    int firstX() {
        return meetsX() - Math.max(0, tapsX() - 1);
    }

    /** Where the pixels of this phase lie in the images, from the image {@code firstImage} on. */
    RowProduct.Places places(int firstImage) {
        int rows = rows();
        int columns = columns();
        return (from, count, places) -> {
            int n = from / (rows * columns);
            int i = from / columns % rows;
            int j = from % columns;
            for (int at = 0; at < count; at++) {
                int row = (firstImage + n) * e.height() + y + i * g.strideHeight();
                places[at] = (row * e.width() + x + j * g.strideWidth()) * e.channels();
                if (++j == columns) {
                    j = 0;
                    if (++i == rows) {
                        i = 0;
                        n++;
                    }
                }
            }
        };
    }

    /** Packs the weights of this phase's taps in the order in which a window meets them: the last tap comes first. */
    void pack(float[] weight, Panels<?> panels, int panel) {
        int out = e.outChannels();
        int inner = 0;
        for (int tapY = tapsY() - 1; tapY >= 0; tapY--) {
            int kernelY = firstTapY() + tapY * g.strideHeight();
            for (int tapX = tapsX() - 1; tapX >= 0; tapX--) {
                int kernelX = firstTapX() + tapX * g.strideWidth();
                int from = (kernelY * g.kernelWidth() + kernelX) * e.channels() * out;
                panels.packTransposed(panel, weight, from, out, inner, inner + out);
                inner += out;
            }
        }
    }
}

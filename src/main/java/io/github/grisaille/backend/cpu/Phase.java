package io.github.grisaille.backend.cpu;

import io.github.grisaille.backend.Division;
import io.github.grisaille.backend.Extents;
import io.github.grisaille.tensor.ConvGeometry;
import java.util.ArrayList;
import java.util.List;

/**
 * One phase of a transposed convolution: the image's pixels whose row is y modulo the stride, and whose column is x. Each
 * sees the same kernel taps, tapsY × tapsX of them, of a window of the output that moves by one pixel.
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

    /** Values that a pixel of this phase sums. */
    int inner() {
        return tapsY() * tapsX() * e.outChannels();
    }

    /** The windows' rows as runs of memory. */
    RowProduct product(int rowFloats) {
        return inner() == 0 ? RowProduct.ofMatrix(0) : new RowProduct(tapsY(), tapsX() * e.outChannels(), rowFloats);
    }

    /** The output row that the first pixel's first tap meets; the other taps meet the rows above it. */
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

    /** The row of the output, which may lie above it, where the first pixel's window begins. */
    int firstY() {
        return meetsY() - Math.max(0, tapsY() - 1);
    }

    int firstX() {
        return meetsX() - Math.max(0, tapsX() - 1);
    }

    /** Where this phase's pixels lie in the images, from an image on. */
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

    /** Packs the weights of this phase's taps, in the order in which a window meets them: the last tap first. */
    void pack(float[] weight, Panels panels, int panel) {
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

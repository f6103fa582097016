package io.github.grisaille.backend.cpu;

import io.github.grisaille.backend.Division;
import io.github.grisaille.backend.Extents;
import io.github.grisaille.tensor.ConvGeometry;
import java.util.Arrays;

/**
 * The windows of a row that have one tap of the kernel inside the image.
 *
 * @param from the first of these windows
 * @param to the one after the last
 * @param offset the column of the tap in window 0. In window q it is offset + q · stride
 */
record TapWindows(int from, int to, int offset) {
    /** The windows of each column of taps. */
    static TapWindows[] of(ConvGeometry g, Extents e) {
        TapWindows[] all = new TapWindows[g.kernelWidth()];
        Arrays.setAll(all, tap -> of(tap, g, e));
        return all;
    }

    private static TapWindows of(int tap, ConvGeometry g, Extents e) {
        int offset = tap * g.dilationWidth() - g.padWidth();
        int from = Division.ceil(Math.max(0, -offset), g.strideWidth());
        int to = Math.min(e.outWidth(), Math.floorDiv(e.width() - 1 - offset, g.strideWidth()) + 1);
        return new TapWindows(from, Math.max(from, to), offset);
    }

    int count() {
        return to - from;
    }
}

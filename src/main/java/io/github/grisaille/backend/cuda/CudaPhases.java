package io.github.grisaille.backend.cuda;

import io.github.grisaille.backend.Division;
import io.github.grisaille.backend.Extents;
import io.github.grisaille.tensor.ConvGeometry;
import java.util.ArrayList;
import java.util.List;

/**
 * A transposed convolution as several products. Pixels whose position has the same remainder when divided by the stride (a
 * phase) see the same taps. So each phase is a product of its own, and no inserted zero is multiplied.
 */
final class CudaPhases {
    /**
     * One axis of a phase.
     *
     * @param first the first pixel
     * @param pixels their number
     * @param firstTap the first tap that the pixels see
     * @param tapStep the distance from one of these taps to the next
     * @param taps their number
     * @param origin the place of the output that the first pixel sees through the first tap
     * @param placeStep how far the place of the output moves back from one of these taps to the next
     */
    private record Axis(int first, int pixels, int firstTap, int tapStep, int taps, int origin, int placeStep) {
        /** Tap i of a pixel leads to the place (pixel + pad − i · dilation) / stride, if this is a whole number. */
        static Axis of(int first, int extent, int kernel, int stride, int pad, int dilation) {
            int divisor = greatestDivisor(stride, dilation);
            int tapStep = stride / divisor;
            int firstTap = 0;
            while (firstTap < tapStep && (first + pad - firstTap * dilation) % stride != 0) {
                firstTap++;
            }
            int taps = firstTap < Math.min(tapStep, kernel) ? Division.ceil(kernel - firstTap, tapStep) : 0;
            return new Axis(
                    first,
                    Division.ceil(extent - first, stride),
                    firstTap,
                    tapStep,
                    taps,
                    (first + pad - firstTap * dilation) / stride,
                    dilation / divisor);
        }

        private static int greatestDivisor(int a, int b) {
            return b == 0 ? a : greatestDivisor(b, a % b);
        }
    }

    private final long out;
    private final long weight;
    private final ConvGeometry g;
    private final Extents e;

    private CudaPhases(long out, long weight, ConvGeometry g, Extents e) {
        this.out = out;
        this.weight = weight;
        this.g = g;
        this.e = e;
    }

    /**
     * The products of all phases.
     *
     * @param out the address of the convolution's output
     * @param weight the address of its weights
     */
    static List<CudaProblem> of(long out, long weight, ConvGeometry geometry, Extents extents) {
        CudaPhases phases = new CudaPhases(out, weight, geometry, extents);
        List<CudaProblem> problems = new ArrayList<>();
        for (int y = 0; y < Math.min(geometry.strideHeight(), extents.height()); y++) {
            for (int x = 0; x < Math.min(geometry.strideWidth(), extents.width()); x++) {
                problems.add(phases.problem(y, x));
            }
        }
        return problems;
    }

    private CudaProblem problem(int y, int x) {
        Axis down = Axis.of(y, e.height(), g.kernelHeight(), g.strideHeight(), g.padHeight(), g.dilationHeight());
        Axis across = Axis.of(x, e.width(), g.kernelWidth(), g.strideWidth(), g.padWidth(), g.dilationWidth());
        int m = e.batch() * down.pixels * across.pixels;
        int k = down.taps * across.taps * e.outChannels();
        return new CudaProblem(
                outputs(down, across, m, k), weights(down, across, k), m, e.channels(), k, target(down, across));
    }

    /** A row for each pixel of the phase, and a column for each tap and output channel. */
    private CudaView outputs(Axis down, Axis across, int rows, int columns) {
        int channels = e.outChannels();
        return new CudaView(
                out,
                rows,
                columns,
                Math.max(1, across.taps),
                channels,
                e.outFloats(),
                new CudaView.Axis(down.pixels, 1, -down.placeStep, down.origin, e.outHeight(), e.outWidth() * channels),
                new CudaView.Axis(across.pixels, 1, -across.placeStep, across.origin, e.outWidth(), channels));
    }

    /** A row for each channel of the image. The values of a row at one tap lie together. */
    private CudaView weights(Axis down, Axis across, int columns) {
        int tap = e.channels() * e.outChannels();
        return new CudaView(
                weight,
                e.channels(),
                columns,
                Math.max(1, across.taps),
                e.outChannels(),
                e.outChannels(),
                new CudaView.Axis(1, 0, down.tapStep, down.firstTap, g.kernelHeight(), g.kernelWidth() * tap),
                new CudaView.Axis(1, 0, across.tapStep, across.firstTap, g.kernelWidth(), tap));
    }

    private CudaProblem.Target target(Axis down, Axis across) {
        return new CudaProblem.Target(
                (down.first * e.width() + across.first) * e.channels(),
                down.pixels,
                across.pixels,
                e.imageFloats(),
                g.strideHeight() * e.width() * e.channels(),
                g.strideWidth() * e.channels());
    }
}

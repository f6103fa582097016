package io.github.grisaille.backend.cpu;

import io.github.grisaille.backend.Extents;
import io.github.grisaille.tensor.ConvGeometry;

/** A convolution in double precision, in plain loops: the reference for errors of rounding. */
record DoubleConvolution(ConvGeometry g, Extents e) {
    /** Work on one pixel of the image, one pixel of the output, and the tap between them. */
    private interface Meeting {
        void at(int imagePixel, int tap, int outPixel);
    }

    private void eachMeeting(Meeting meeting) {
        for (int n = 0; n < e.batch(); n++) {
            for (int out = 0; out < e.outPixels(); out++) {
                for (int tap = 0; tap < g.taps(); tap++) {
                    int y = out / e.outWidth() * g.strideHeight() + tap / g.kernelWidth() - g.padHeight();
                    int x = out % e.outWidth() * g.strideWidth() + tap % g.kernelWidth() - g.padWidth();
                    if (y >= 0 && y < e.height() && x >= 0 && x < e.width()) {
                        meeting.at((n * e.height() + y) * e.width() + x, tap, n * e.outPixels() + out);
                    }
                }
            }
        }
    }

    double[] forward(float[] image, float[] weight) {
        double[] weights = doubles(weight);
        double[] out = new double[e.batch() * e.outFloats()];
        eachMeeting((imagePixel, tap, outPixel) -> {
            for (int c = 0; c < e.channels(); c++) {
                int from = (tap * e.channels() + c) * e.outChannels();
                double factor = image[imagePixel * e.channels() + c];
                addScaled(factor, weights, from, out, outPixel * e.outChannels(), e.outChannels());
            }
        });
        return out;
    }

    private static void addScaled(double factor, double[] x, int from, double[] y, int to, int count) {
        for (int i = 0; i < count; i++) {
            y[to + i] += factor * x[from + i];
        }
    }

    double[] transpose(float[] out, float[] weight) {
        // (taps, output channels, image channels), so that the inner loop walks straight through memory
        double[] turned = new double[weight.length];
        for (int i = 0; i < weight.length; i++) {
            int row = i / e.outChannels();
            int tap = row / e.channels();
            turned[(tap * e.outChannels() + i % e.outChannels()) * e.channels() + row % e.channels()] = weight[i];
        }
        double[] image = new double[e.batch() * e.imageFloats()];
        eachMeeting((imagePixel, tap, outPixel) -> {
            for (int k = 0; k < e.outChannels(); k++) {
                int from = (tap * e.outChannels() + k) * e.channels();
                double factor = out[outPixel * e.outChannels() + k];
                addScaled(factor, turned, from, image, imagePixel * e.channels(), e.channels());
            }
        });
        return image;
    }

    double[] weightGradient(float[] image, float[] out) {
        double[] outs = doubles(out);
        double[] dWeight = new double[g.taps() * e.channels() * e.outChannels()];
        eachMeeting((imagePixel, tap, outPixel) -> {
            for (int c = 0; c < e.channels(); c++) {
                int to = (tap * e.channels() + c) * e.outChannels();
                double factor = image[imagePixel * e.channels() + c];
                addScaled(factor, outs, outPixel * e.outChannels(), dWeight, to, e.outChannels());
            }
        });
        return dWeight;
    }

    private static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }
}

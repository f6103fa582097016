// Upsampling of NHWC images by whole factors. In a gradient, each pixel of the small image adds up what it has a share
// of, in reading order, so no two threads write to the same place.
#pragma once
#include "images.cuh"

struct Resample {
    const float* x;
    float* y;
    int batch;
    int height;
    int width;
    int channels;
    int large_height;
    int large_width;
    int align_corners;
    int unused;
};

KERNEL(upsample, THREADS, Resample) {
    const Resample r = *record;
    int down = r.large_height / r.height;
    int across = r.large_width / r.width;
    EACH(i, r.batch * r.large_height * r.large_width * r.channels) {
        const Pixel p(i, r.large_width, r.large_height, r.channels);
        int pixel = (p.image * r.height + p.y / down) * r.width + p.x / across;
        r.y[i] = r.x[pixel * r.channels + p.channel];
    }
}

KERNEL(upsample_gradient, THREADS, Resample) {
    const Resample r = *record;
    int down = r.large_height / r.height;
    int across = r.large_width / r.width;
    EACH(i, r.batch * r.height * r.width * r.channels) {
        const Pixel p(i, r.width, r.height, r.channels);
        float sum = 0;
        for (int y = 0; y < down; y++) {
            int row = (p.image * r.height + p.y) * down + y;
            for (int x = 0; x < across; x++) {
                sum += r.x[(row * r.large_width + p.x * across + x) * r.channels + p.channel];
            }
        }
        r.y[i] = sum;
    }
}

/** What one place of the large image reads along one axis of the small image. BilinearAxis.java has the formulas. */
struct Neighbours {
    int first;
    int second;
    float share;

    __device__ Neighbours(int at, int small, int large, bool align_corners) {
        int numerator = align_corners ? at * (small - 1) : max(0, 2 * at + 1 - large / small);
        int denominator = align_corners ? max(1, large - 1) : 2 * (large / small);
        first = numerator / denominator;
        second = min(first + 1, small - 1);
        share = (float) (numerator % denominator) / denominator;
    }

    /** The share that a pixel of the small image has. */
    __device__ float of(int pixel) const { return (first == pixel ? 1 - share : 0) + (second == pixel ? share : 0); }
};

/** The places of the large image, along one axis, that one pixel of the small image has a share of. */
struct Readers {
    int from;
    int to;

    __device__ Readers(int pixel, int small, int large, bool align_corners) {
        if (!align_corners) {
            int factor = large / small;
            from = max(0, factor * pixel - (factor + 1) / 2);
            to = min(large, factor * (pixel + 1) + factor / 2);
        } else if (small == 1) {
            from = 0;
            to = large;
        } else {
            from = (max(0, pixel - 1) * (large - 1) + small - 2) / (small - 1);
            to = min(large, ((pixel + 1) * (large - 1) + small - 2) / (small - 1));
        }
    }
};

KERNEL(upsample_bilinear, THREADS, Resample) {
    const Resample r = *record;
    EACH(i, r.batch * r.large_height * r.large_width * r.channels) {
        const Pixel p(i, r.large_width, r.large_height, r.channels);
        const Neighbours rows(p.y, r.height, r.large_height, r.align_corners);
        const Neighbours columns(p.x, r.width, r.large_width, r.align_corners);
        const float* above = r.x + (p.image * r.height + rows.first) * r.width * r.channels + p.channel;
        const float* below = r.x + (p.image * r.height + rows.second) * r.width * r.channels + p.channel;
        int left = columns.first * r.channels;
        int right = columns.second * r.channels;
        float upper = (1 - columns.share) * above[left] + columns.share * above[right];
        float lower = (1 - columns.share) * below[left] + columns.share * below[right];
        r.y[i] = (1 - rows.share) * upper + rows.share * lower;
    }
}

KERNEL(upsample_bilinear_gradient, THREADS, Resample) {
    const Resample r = *record;
    EACH(i, r.batch * r.height * r.width * r.channels) {
        const Pixel p(i, r.width, r.height, r.channels);
        const Readers rows(p.y, r.height, r.large_height, r.align_corners);
        const Readers columns(p.x, r.width, r.large_width, r.align_corners);
        float total = 0;
        for (int y = rows.from; y < rows.to; y++) {
            const float* row = r.x + (p.image * r.large_height + y) * r.large_width * r.channels + p.channel;
            float sum = 0;
            for (int x = columns.from; x < columns.to; x++) {
                const Neighbours read(x, r.width, r.large_width, r.align_corners);
                if (read.first == p.x) {
                    sum += (1 - read.share) * row[x * r.channels];
                }
                if (read.second == p.x) {
                    sum += read.share * row[x * r.channels];
                }
            }
            total += Neighbours(y, r.height, r.large_height, r.align_corners).of(p.y) * sum;
        }
        r.y[i] = total;
    }
}

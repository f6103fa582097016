// Pooling and moving of NHWC images. In a gradient, each pixel adds up the windows that contain it, in
// reading order, so no two threads write to the same place.
#pragma once
#include "maths.cuh"

struct Window {
    int batch;
    int height;
    int width;
    int channels;
    int out_height;
    int out_width;
    int kernel_height;
    int kernel_width;
    int stride_height;
    int stride_width;
    int pad_height;
    int pad_width;
};

/** The channel, the column, the row and the image of value i. */
struct Pixel {
    int channel;
    int x;
    int y;
    int image;

    __device__ Pixel(unsigned i, unsigned width, unsigned height, unsigned channels) {
        channel = i % channels;
        x = i / channels % width;
        y = i / channels / width % height;
        image = i / channels / width / height;
    }
};

/** The part of an axis that one window contains. */
struct Span {
    int from;
    int to;

    __device__ Span(int at, int stride, int pad, int kernel, int extent) {
        from = max(0, at * stride - pad);
        to = min(extent, at * stride - pad + kernel);
    }
};

/** The windows along an axis that contain one place. */
struct Seers {
    int from;
    int to;

    __device__ Seers(int at, int stride, int pad, int kernel, int windows) {
        int first = at + pad - kernel + 1;
        from = first <= 0 ? 0 : (first + stride - 1) / stride;
        to = min(windows, (at + pad) / stride + 1);
    }
};

struct Pool {
    const float* x;
    const float* places;
    float* y;
    float* places_out;
    Window w;
};

KERNEL(max_pool, THREADS, Pool) {
    const Pool r = *record;
    const Window& w = r.w;
    EACH(i, w.batch * w.out_height * w.out_width * w.channels) {
        const Pixel p(i, w.out_width, w.out_height, w.channels);
        const Span rows(p.y, w.stride_height, w.pad_height, w.kernel_height, w.height);
        const Span columns(p.x, w.stride_width, w.pad_width, w.kernel_width, w.width);
        const float* image = r.x + p.image * w.height * w.width * w.channels + p.channel;
        int best = rows.from * w.width + columns.from;
        float largest = image[best * w.channels];
        for (int y = rows.from; y < rows.to; y++) {
            for (int x = columns.from; x < columns.to; x++) {
                float value = image[(y * w.width + x) * w.channels];
                if (value > largest || (value != value && largest == largest)) {
                    largest = value;
                    best = y * w.width + x;
                }
            }
        }
        r.y[i] = largest;
        r.places_out[i] = best;
    }
}

KERNEL(max_pool_gradient, THREADS, Pool) {
    const Pool r = *record;
    const Window& w = r.w;
    EACH(i, w.batch * w.height * w.width * w.channels) {
        const Pixel p(i, w.width, w.height, w.channels);
        const Seers rows(p.y, w.stride_height, w.pad_height, w.kernel_height, w.out_height);
        const Seers columns(p.x, w.stride_width, w.pad_width, w.kernel_width, w.out_width);
        float place = p.y * w.width + p.x;
        float sum = 0;
        for (int y = rows.from; y < rows.to; y++) {
            for (int x = columns.from; x < columns.to; x++) {
                int at = ((p.image * w.out_height + y) * w.out_width + x) * w.channels + p.channel;
                if (r.places[at] == place) {
                    sum += r.x[at];
                }
            }
        }
        r.y[i] = sum;
    }
}

KERNEL(max_pool_tangent, THREADS, Pool) {
    const Pool r = *record;
    const Window& w = r.w;
    EACH(i, w.batch * w.out_height * w.out_width * w.channels) {
        const Pixel p(i, w.out_width, w.out_height, w.channels);
        r.y[i] = r.x[(p.image * w.height * w.width + (int) r.places[i]) * w.channels + p.channel];
    }
}

KERNEL(average_pool, THREADS, Pool) {
    const Pool r = *record;
    const Window& w = r.w;
    float share = 1.0f / (w.kernel_height * w.kernel_width);
    EACH(i, w.batch * w.out_height * w.out_width * w.channels) {
        const Pixel p(i, w.out_width, w.out_height, w.channels);
        const Span rows(p.y, w.stride_height, w.pad_height, w.kernel_height, w.height);
        const Span columns(p.x, w.stride_width, w.pad_width, w.kernel_width, w.width);
        const float* image = r.x + p.image * w.height * w.width * w.channels + p.channel;
        float sum = 0;
        for (int y = rows.from; y < rows.to; y++) {
            for (int x = columns.from; x < columns.to; x++) {
                sum += image[(y * w.width + x) * w.channels];
            }
        }
        r.y[i] = sum * share;
    }
}

KERNEL(average_pool_gradient, THREADS, Pool) {
    const Pool r = *record;
    const Window& w = r.w;
    float share = 1.0f / (w.kernel_height * w.kernel_width);
    EACH(i, w.batch * w.height * w.width * w.channels) {
        const Pixel p(i, w.width, w.height, w.channels);
        const Seers rows(p.y, w.stride_height, w.pad_height, w.kernel_height, w.out_height);
        const Seers columns(p.x, w.stride_width, w.pad_width, w.kernel_width, w.out_width);
        float sum = 0;
        for (int y = rows.from; y < rows.to; y++) {
            for (int x = columns.from; x < columns.to; x++) {
                sum += share * r.x[((p.image * w.out_height + y) * w.out_width + x) * w.channels + p.channel];
            }
        }
        r.y[i] = sum;
    }
}

/** A batch of images, with two whole numbers for each image. */
struct Framing {
    const float* x;
    float* y;
    int n;
    int height;
    int width;
    int channels;
    int box_height;
    int box_width;
    int places[2];
};

/** Image n moves within its frame: places[2n] pixels down and places[2n + 1] pixels to the right. */
KERNEL(translate, THREADS, Framing) {
    const Framing r = *record;
    EACH(i, r.n) {
        const Pixel p(i, r.width, r.height, r.channels);
        int y = p.y - record->places[2 * p.image];
        int x = p.x - record->places[2 * p.image + 1];
        bool inside = y >= 0 && y < r.height && x >= 0 && x < r.width;
        r.y[i] = inside ? r.x[((p.image * r.height + y) * r.width + x) * r.channels + p.channel] : 0;
    }
}

/** Image n gets zeros in a box. The first row of the box is places[2n], the first column is places[2n + 1]. */
KERNEL(blank, THREADS, Framing) {
    const Framing r = *record;
    EACH(i, r.n) {
        const Pixel p(i, r.width, r.height, r.channels);
        int y = p.y - record->places[2 * p.image];
        int x = p.x - record->places[2 * p.image + 1];
        bool inside = y >= 0 && y < r.box_height && x >= 0 && x < r.box_width;
        r.y[i] = inside ? 0 : r.x[i];
    }
}

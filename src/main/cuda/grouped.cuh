// Convolutions whose channels are in groups, as loops over taps and channels. A sum is made by one thread, except in the
// gradient of the weights. products.cuh has all other convolutions.
#pragma once
#include "images.cuh"
#include "normalization.cuh"

struct GroupedExtents {
    Window w;
    int out_channels;
    int dilation_height;
    int dilation_width;
    int groups;
};

struct Grouped {
    const float* x;
    const float* weight;
    const float* bias;
    float* y;
    GroupedExtents e;
};

/** Each value of the output adds up the taps of its window, and then the bias. */
KERNEL(grouped_convolution, THREADS, Grouped) {
    const Grouped r = *record;
    const Window& w = r.e.w;
    int in_group = w.channels / r.e.groups;
    int out_group = r.e.out_channels / r.e.groups;
    EACH(i, w.batch * w.out_height * w.out_width * r.e.out_channels) {
        const Pixel p(i, w.out_width, w.out_height, r.e.out_channels);
        const float* image = r.x + p.image * w.height * w.width * w.channels + p.channel / out_group * in_group;
        float sum = 0;
        for (int down = 0; down < w.kernel_height; down++) {
            int y = p.y * w.stride_height + down * r.e.dilation_height - w.pad_height;
            if (y < 0 || y >= w.height) {
                continue;
            }
            for (int across = 0; across < w.kernel_width; across++) {
                int x = p.x * w.stride_width + across * r.e.dilation_width - w.pad_width;
                if (x < 0 || x >= w.width) {
                    continue;
                }
                const float* pixel = image + (y * w.width + x) * w.channels;
                int tap = (down * w.kernel_width + across) * in_group;
                for (int c = 0; c < in_group; c++) {
                    sum += pixel[c] * r.weight[(tap + c) * r.e.out_channels + p.channel];
                }
            }
        }
        r.y[i] = r.bias ? sum + r.bias[p.channel] : sum;
    }
}

/** Each value of the image adds up the windows that see it, and then the bias. */
KERNEL(grouped_transpose, THREADS, Grouped) {
    const Grouped r = *record;
    const Window& w = r.e.w;
    int in_group = w.channels / r.e.groups;
    int out_group = r.e.out_channels / r.e.groups;
    EACH(i, w.batch * w.height * w.width * w.channels) {
        const Pixel p(i, w.width, w.height, w.channels);
        int first = p.channel / in_group * out_group;
        const float* out = r.x + p.image * w.out_height * w.out_width * r.e.out_channels + first;
        float sum = 0;
        for (int down = 0; down < w.kernel_height; down++) {
            int top = p.y + w.pad_height - down * r.e.dilation_height;
            int y = top / w.stride_height;
            if (top < 0 || top % w.stride_height != 0 || y >= w.out_height) {
                continue;
            }
            for (int across = 0; across < w.kernel_width; across++) {
                int left = p.x + w.pad_width - across * r.e.dilation_width;
                int x = left / w.stride_width;
                if (left < 0 || left % w.stride_width != 0 || x >= w.out_width) {
                    continue;
                }
                const float* window = out + (y * w.out_width + x) * r.e.out_channels;
                int row = (down * w.kernel_width + across) * in_group + p.channel % in_group;
                const float* weight = r.weight + row * r.e.out_channels + first;
                for (int k = 0; k < out_group; k++) {
                    sum += window[k] * weight[k];
                }
            }
        }
        r.y[i] = r.bias ? sum + r.bias[p.channel] : sum;
    }
}

struct GroupedWeightGradient {
    Columns columns;
    const float* image;
    const float* out;
    float* d_weight;
    GroupedExtents e;
    int add;
    int unused;
};

/** Each weight is a column: its products at all windows of the batch, which are the rows, are added up. */
KERNEL(grouped_weight_gradient, THREADS, GroupedWeightGradient) {
    const GroupedWeightGradient r = *record;
    const Window& w = r.e.w;
    const ColumnThread t(r.columns);
    bool inside = t.column < r.columns.columns;
    float own = 0;
    if (inside) {
        int in_group = w.channels / r.e.groups;
        int out_channel = t.column % r.e.out_channels;
        int row_of_weights = t.column / r.e.out_channels;
        int tap = row_of_weights / in_group;
        int channel = out_channel / (r.e.out_channels / r.e.groups) * in_group + row_of_weights % in_group;
        int down = tap / w.kernel_width * r.e.dilation_height - w.pad_height;
        int across = tap % w.kernel_width * r.e.dilation_width - w.pad_width;
        for (int row = t.first_row + t.lane_row; row < t.last_row; row += t.rows_at_once) {
            const Pixel window(row, w.out_width, w.out_height, 1);
            int y = window.y * w.stride_height + down;
            int x = window.x * w.stride_width + across;
            if (y >= 0 && y < w.height && x >= 0 && x < w.width) {
                int pixel = (window.image * w.height + y) * w.width + x;
                own += r.image[pixel * w.channels + channel] * r.out[row * r.e.out_channels + out_channel];
            }
        }
    }
    double sums[1] = {column_sum(r.columns, own)};
    if (whole_columns(r.columns, t, sums) && t.lane_row == 0 && inside) {
        r.d_weight[t.column] = (r.add ? r.d_weight[t.column] : 0) + (float) sums[0];
    }
}

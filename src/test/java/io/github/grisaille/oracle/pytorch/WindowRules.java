package io.github.grisaille.oracle.pytorch;

import io.github.grisaille.nn.AvgPool2d;
import io.github.grisaille.nn.Conv2d;
import io.github.grisaille.nn.ConvTranspose2d;
import io.github.grisaille.nn.Dense;
import io.github.grisaille.nn.Initializers;
import io.github.grisaille.nn.Layer;
import io.github.grisaille.nn.MaxPool2d;
import io.github.grisaille.tensor.ConvGeometry;
import java.util.Map;
import java.util.function.Consumer;

/** Convolutions, pooling and linear maps. Signals of one dimension are images with one row. */
final class WindowRules {
    private WindowRules() {}

    static void addTo(Map<String, Consumer<Sample>> rules) {
        rules.put("nn.Linear", s -> linear(s, s.state("weight"), s.state("bias")));
        rules.put("nn.functional.linear", s -> linear(s, s.input(1), s.tensorOption(2, "bias")));
        rules.put("nn.Conv1d", s -> conv(s, Axes.SIGNALS, 2));
        rules.put("nn.Conv2d", s -> conv(s, Axes.IMAGES, 2));
        rules.put("nn.functional.conv1d", s -> conv(s, Axes.SIGNALS, 3));
        rules.put("nn.functional.conv2d", s -> conv(s, Axes.IMAGES, 3));
        rules.put("nn.ConvTranspose1d", s -> convTranspose(s, Axes.SIGNALS, 2));
        rules.put("nn.ConvTranspose2d", s -> convTranspose(s, Axes.IMAGES, 2));
        rules.put("nn.functional.conv_transpose1d", s -> convTranspose(s, Axes.SIGNALS, 3));
        rules.put("nn.functional.conv_transpose2d", s -> convTranspose(s, Axes.IMAGES, 3));
        for (String name : new String[] {"nn.MaxPool", "nn.functional.max_pool"}) {
            int first = name.startsWith("nn.f") ? 1 : 0;
            rules.put(name + "1d", s -> maxPool(s, Axes.SIGNALS, first));
            rules.put(name + "2d", s -> maxPool(s, Axes.IMAGES, first));
        }
        for (String name : new String[] {"nn.AvgPool", "nn.functional.avg_pool"}) {
            int first = name.startsWith("nn.f") ? 1 : 0;
            rules.put(name + "1d", s -> averagePool(s, Axes.SIGNALS, first));
            rules.put(name + "2d", s -> averagePool(s, Axes.IMAGES, first));
        }
        for (String kind : new String[] {"Avg", "Max"}) {
            String functional = "nn.functional.adaptive_" + kind.toLowerCase(java.util.Locale.ROOT) + "_pool";
            boolean max = kind.equals("Max");
            rules.put("nn.Adaptive" + kind + "Pool1d", s -> adaptivePool(s, Axes.SIGNALS, 0, max));
            rules.put("nn.Adaptive" + kind + "Pool2d", s -> adaptivePool(s, Axes.IMAGES, 0, max));
            rules.put(functional + "1d", s -> adaptivePool(s, Axes.SIGNALS, 1, max));
            rules.put(functional + "2d", s -> adaptivePool(s, Axes.IMAGES, 1, max));
        }
    }

    private static void linear(Sample s, Nd weight, Nd bias) {
        int rank = s.input(0).rank();
        if (weight.rank() != 2) {
            throw new NotExpressed("a linear map without an output axis");
        }
        Dense dense = new Dense(weight.shape()[1], weight.shape()[0], bias != null, Initializers.uniformFanIn());
        if (rank != 2) {
            dense = dense.onLastAxis();
        }
        new LayerTrial(s, dense, Axes.SAME)
                .with(0, weight, each -> each.permute(1, 0))
                .with(1, bias)
                .run();
    }

    /** The weight of a convolution of signals, as one of images with one row. */
    private static Nd kernel(Nd weight) {
        int[] shape = weight.shape();
        return weight.rank() == 4 ? weight : weight.reshape(shape[0], shape[1], 1, shape[2]);
    }

    private static int[] inColumnsOnly(Axes axes, int[] pair, int otherwise) {
        return axes == Axes.SIGNALS ? new int[] {otherwise, pair[1]} : pair;
    }

    /**
     * @param first the place of the stride among the arguments
     */
    private static void conv(Sample s, Axes axes, int first) {
        boolean module = s.module();
        int at = module ? 3 : first;
        if (module && !s.option(8, "padding_mode", "zeros").equals("zeros")) {
            throw new NotExpressed("padding other than with zeros");
        }
        Nd weight = kernel(module ? s.state("weight") : s.input(1));
        Nd bias = module ? s.state("bias") : s.tensorOption(2, "bias");
        int[] stride = inColumnsOnly(axes, s.pair(at, "stride", 1), 1);
        int[] padding = inColumnsOnly(axes, padding(s, at + 1, weight, axes), 0);
        int[] dilation = inColumnsOnly(axes, s.pair(at + 2, "dilation", 1), 1);
        int groups = s.integer(at + 3, "groups", 1);
        int[] shape = weight.shape();
        ConvGeometry geometry = geometry(shape, stride, padding, dilation).groups(groups);
        Layer conv = new Conv2d(shape[1] * groups, shape[0], geometry, bias != null, Initializers.uniformFanIn());
        new LayerTrial(s, conv, axes)
                .with(0, weight, each -> kernel(each).permute(2, 3, 1, 0))
                .with(1, bias)
                .run();
    }

    private static ConvGeometry geometry(int[] kernel, int[] stride, int[] padding, int[] dilation) {
        return ConvGeometry.kernel(kernel[2], kernel[3])
                .stride(stride[0], stride[1])
                .padding(padding[0], padding[1])
                .dilation(dilation[0], dilation[1]);
    }

    private static int[] padding(Sample s, int place, Nd weight, Axes axes) {
        if (!(s.option(place, "padding", (Object) null) instanceof String text)) {
            return s.pair(place, "padding", 0);
        }
        if (text.equals("valid")) {
            return new int[] {0, 0};
        }
        int[] dilation = inColumnsOnly(axes, s.pair(place + 1, "dilation", 1), 1);
        int high = dilation[0] * (weight.shape()[2] - 1);
        int wide = dilation[1] * (weight.shape()[3] - 1);
        if (high % 2 == 1 || wide % 2 == 1) {
            throw new NotExpressed("padding that differs from side to side");
        }
        return new int[] {high / 2, wide / 2};
    }

    private static void convTranspose(Sample s, Axes axes, int first) {
        boolean module = s.module();
        int at = module ? 3 : first;
        Nd weight = kernel(module ? s.state("weight") : s.input(1));
        Nd bias = module ? s.state("bias") : s.tensorOption(2, "bias");
        int[] stride = inColumnsOnly(axes, s.pair(at, "stride", 1), 1);
        int[] padding = inColumnsOnly(axes, s.pair(at + 1, "padding", 0), 0);
        int[] outputPadding = inColumnsOnly(axes, s.pair(at + 2, "output_padding", 0), 0);
        int groups = s.integer(at + 3, "groups", 1);
        int[] dilation = inColumnsOnly(axes, s.pair(module ? at + 5 : at + 4, "dilation", 1), 1);
        int[] shape = weight.shape();
        ConvGeometry geometry = geometry(shape, stride, padding, dilation)
                .groups(groups)
                .outputPadding(outputPadding[0], outputPadding[1]);
        Layer conv =
                new ConvTranspose2d(shape[0], shape[1] * groups, geometry, bias != null, Initializers.uniformFanIn());
        new LayerTrial(s, conv, axes)
                .with(0, weight, each -> kernel(each).permute(2, 3, 1, 0))
                .with(1, bias)
                .run();
    }

    private static ConvGeometry window(Sample s, Axes axes, int first) {
        int[] kernel = inColumnsOnly(axes, s.pair(first, "kernel_size", null), 1);
        int[] stride = s.pair(first + 1, "stride", null);
        stride = stride == null ? kernel : inColumnsOnly(axes, stride, 1);
        int[] padding = inColumnsOnly(axes, s.pair(first + 2, "padding", 0), 0);
        return new ConvGeometry(kernel[0], kernel[1], stride[0], stride[1], padding[0], padding[1]);
    }

    private static void maxPool(Sample s, Axes axes, int first) {
        int[] dilation = inColumnsOnly(axes, s.pair(first + 3, "dilation", 1), 1);
        if (dilation[0] != 1 || dilation[1] != 1) {
            throw new NotExpressed("dilation of pooling");
        }
        if (s.option(first + (s.module() ? 5 : 4), "ceil_mode", false)) {
            throw new NotExpressed("windows that hang over the edge (ceil_mode)");
        }
        if (s.option(first + (s.module() ? 4 : 5), "return_indices", false)) {
            throw new NotExpressed("places of the maxima as a result");
        }
        new LayerTrial(s, new MaxPool2d(window(s, axes, first)), axes).run();
    }

    private static void averagePool(Sample s, Axes axes, int first) {
        ConvGeometry window = window(s, axes, first);
        if (s.option(first + 3, "ceil_mode", false)) {
            throw new NotExpressed("windows that hang over the edge (ceil_mode)");
        }
        if (!s.option(first + 4, "count_include_pad", true) && window.padHeight() + window.padWidth() > 0) {
            throw new NotExpressed("padding that does not count");
        }
        if (s.option(first + 5, "divisor_override", (Object) null) != null) {
            throw new NotExpressed("another divisor");
        }
        new LayerTrial(s, new AvgPool2d(window), axes).run();
    }

    private static void adaptivePool(Sample s, Axes axes, int first, boolean max) {
        if (s.option(first + 1, "return_indices", false)) {
            throw new NotExpressed("places of the maxima as a result");
        }
        int[] in = axes.toOurs(s.input(0)).shape();
        int[] out = axes.toOurs(s.out()).shape();
        if (in[1] % out[1] != 0 || in[2] % out[2] != 0) {
            throw new NotExpressed("windows of different sizes");
        }
        ConvGeometry window = new ConvGeometry(in[1] / out[1], in[2] / out[2], in[1] / out[1], in[2] / out[2], 0, 0);
        new LayerTrial(s, max ? new MaxPool2d(window) : new AvgPool2d(window), axes).run();
    }
}

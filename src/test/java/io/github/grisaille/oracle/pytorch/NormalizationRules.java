package io.github.grisaille.oracle.pytorch;

import io.github.grisaille.nn.BatchNorm;
import io.github.grisaille.nn.GroupNorm;
import io.github.grisaille.nn.Initializers;
import io.github.grisaille.nn.Layer;
import io.github.grisaille.nn.LayerNorm;
import io.github.grisaille.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Normalisation by batches, items and groups. */
final class NormalizationRules {
    private NormalizationRules() {}

    static void addTo(Map<String, Consumer<Sample>> rules) {
        rules.put("nn.BatchNorm1d", NormalizationRules::batchNormModule);
        rules.put("nn.BatchNorm2d", NormalizationRules::batchNormModule);
        rules.put("nn.functional.batch_norm", NormalizationRules::batchNorm);
        rules.put("nn.functional.batch_norm/without_cudnn", NormalizationRules::batchNorm);
        rules.put("nn.LayerNorm", s -> layerNorm(s, 0, s.state("weight"), s.state("bias"), s.number(1, "eps", 1e-5)));
        rules.put(
                "nn.functional.layer_norm",
                s -> layerNorm(s, 1, s.tensorOption(2, "weight"), s.tensorOption(3, "bias"), s.number(4, "eps", 1e-5)));
    }

    /** Groups of channels of each item; one group for each channel is instance normalisation. */
    private static void groupNorm(Sample s, int groups, Nd gain, Nd shift, double epsilon) {
        int channels = s.input(0).shape()[1];
        GroupNorm norm = new GroupNorm(groups, channels, (float) positive(epsilon), Initializers.uniformFanIn());
        new LayerTrial(s, gain == null && shift == null ? norm.withoutAffine() : norm, Axes.CHANNELS_SECOND)
                .with(0, gain)
                .with(1, shift)
                .run();
    }

    private static void instanceNorm(Sample s) {
        int channels = s.integer(0, "num_features", 0);
        if (s.input(0).shape()[1] != channels) {
            throw new NotExpressed("one item without the batch axis");
        }
        groupNorm(s, channels, s.state("weight"), s.state("bias"), s.number(1, "eps", 1e-5));
    }

    private static void batchNormModule(Sample s) {
        Nd gain = s.state("weight");
        Nd shift = s.state("bias");
        int channels = s.integer(0, "num_features", 0);
        Object momentum = s.option(2, "momentum", (Object) 0.1);
        // with momentum None PyTorch averages over all batches: this changes the running statistics only
        float share = momentum == null ? 1 : ((Number) momentum).floatValue();
        Layer norm = batchNorm(s, channels, s.number(1, "eps", 1e-5), share, gain, shift);
        new LayerTrial(s, norm, Axes.CHANNELS_SECOND)
                .with(0, gain)
                .with(1, shift)
                .run();
    }

    private static void batchNorm(Sample s) {
        Nd gain = s.tensorOption(3, "weight");
        Nd shift = s.tensorOption(4, "bias");
        Nd mean = s.tensorOption(1, "running_mean");
        Nd variance = s.tensorOption(2, "running_var");
        boolean training = s.option(5, "training", false);
        Layer norm = batchNorm(s, s.input(0).shape()[1], s.number(7, "eps", 1e-5), 0.1f, gain, shift);
        int buffers = gain == null ? 0 : 2;
        new LayerTrial(s, norm, Axes.CHANNELS_SECOND)
                .with(0, gain)
                .with(1, shift)
                .with(buffers, mean)
                .with(buffers + 1, variance)
                .run(training);
    }

    private static Layer batchNorm(Sample s, int channels, double epsilon, float momentum, Nd gain, Nd shift) {
        BatchNorm norm = new BatchNorm(channels, (float) positive(epsilon), momentum, Initializers.uniformFanIn());
        if (gain != null || shift != null) {
            return norm;
        }
        return norm.withoutAffine();
    }

    private static double positive(double epsilon) {
        if (epsilon < 0) {
            throw new NotExpressed("a negative epsilon");
        }
        return epsilon;
    }

    private static void layerNorm(Sample s, int place, Nd gain, Nd shift, double epsilon) {
        Object wanted = s.option(place, "normalized_shape", (Object) null);
        int[] item = ((List<?>) wanted)
                .stream().mapToInt(each -> ((Number) each).intValue()).toArray();
        // a tensor without a batch axis is a batch of one item
        Axes axes = s.input(0).rank() == item.length ? Axes.ONE_ITEM : Axes.SAME;
        LayerNorm norm = new LayerNorm(Shape.of(item), (float) positive(epsilon), Initializers.uniformFanIn());
        new LayerTrial(s, gain == null && shift == null ? norm.withoutAffine() : norm, axes)
                .with(0, gain)
                .with(1, shift)
                .run();
    }
}

package io.github.grisaille.oracle.pytorch;

import io.github.grisaille.loss.LossValue;
import io.github.grisaille.loss.Losses;
import io.github.grisaille.loss.Reduction;
import io.github.grisaille.loss.WeightableLoss;
import io.github.grisaille.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/** Losses of predictions and targets. */
final class LossRules {
    private LossRules() {}

    static void addTo(Map<String, Consumer<Sample>> rules) {
        both(rules, "MSELoss", "mse_loss", s -> Losses.squaredError(reduction(s)));
        both(rules, "L1Loss", "l1_loss", s -> {
            return Losses.absoluteError(reduction(s));
        });
        both(rules, "BCELoss", "binary_cross_entropy", s -> Losses.binaryCrossEntropy(reduction(s)));
        both(rules, "BCEWithLogitsLoss", "binary_cross_entropy_with_logits", LossRules::onLogits);
        both(rules, "HuberLoss", "huber_loss", s -> {
            return Losses.huber((float) s.number(s.module() ? 1 : 3, "delta", 1), reduction(s));
        });
        both(rules, "SmoothL1Loss", "smooth_l1_loss", s -> {
            double beta = s.number(Integer.MAX_VALUE, "beta", 1);
            return beta == 0 ? Losses.absoluteError(reduction(s)) : Losses.smoothL1((float) beta, reduction(s));
        });
        rules.put("nn.CrossEntropyLoss", LossRules::crossEntropy);
        rules.put("nn.functional.cross_entropy", LossRules::crossEntropy);
        rules.put("nn.SoftMarginLoss", LossRules::softMargin);
        rules.put("nn.functional.soft_margin_loss", LossRules::softMargin);
        rules.put("nn.MultiLabelSoftMarginLoss", LossRules::manyLabels);
        rules.put("nn.functional.multilabel_soft_margin_loss", LossRules::manyLabels);
    }

    private static void both(
            Map<String, Consumer<Sample>> rules,
            String module,
            String functional,
            Function<Sample, WeightableLoss> loss) {
        Consumer<Sample> rule = s -> {
            Nd weight = s.tensorOption(Integer.MAX_VALUE, "weight");
            compare(s, loss.apply(s), s.input(0), s.input(1).tensor(), weight == null ? null : weight.tensor());
        };
        rules.put("nn." + module, rule);
        rules.put("nn.functional." + functional, rule);
    }

    private static Reduction reduction(Sample s) {
        return switch (s.named("reduction", "mean")) {
            case "sum" -> Reduction.SUM;
            case "mean" -> Reduction.MEAN;
            case "none" -> {
                yield Reduction.NONE;
            }
            default -> throw new NotExpressed("another reduction");
        };
    }

    private static WeightableLoss onLogits(Sample s) {
        Nd positive = s.tensorOption(Integer.MAX_VALUE, "pos_weight");
        if (positive == null) {
            return Losses.binaryCrossEntropyOnLogits(reduction(s));
        }
        return Losses.binaryCrossEntropyOnLogits(reduction(s), positive.tensor().toArray());
    }

    /** log(1 + e^−tx) with t = ±1 is the cross-entropy of the logit x with the target (1 + t) / 2. */
    private static void softMargin(Sample s) {
        Tensor target = s.input(1).tensor().plus(1).times(0.5);
        compare(s, Losses.binaryCrossEntropyOnLogits(reduction(s)), s.input(0), target, null);
    }

    /** The mean over the classes of the cross-entropies of logits. */
    private static void manyLabels(Sample s) {
        Reduction reduction = reduction(s);
        if (reduction != Reduction.MEAN) {
            throw new NotExpressed("a mean over the classes only");
        }
        if (!Arrays.stream(s.input(1).values()).allMatch(target -> target >= 0 && target <= 1)) {
            throw new NotExpressed("targets that are no probabilities");
        }
        Nd weight = s.tensorOption(Integer.MAX_VALUE, "weight");
        compare(
                s,
                Losses.binaryCrossEntropyOnLogits(reduction),
                s.input(0),
                s.input(1).tensor(),
                weight == null ? null : weight.tensor());
    }

    private static void crossEntropy(Sample s) {
        Nd given = s.input(0);
        Nd logits = Classes.last(given);
        Nd target = s.input(1);
        boolean numbers = !target.floating();
        int ignored = ((Number) s.named("ignore_index", -100.0)).intValue();
        double smoothing = ((Number) s.named("label_smoothing", 0.0)).doubleValue();
        Nd weight = s.tensorOption(Integer.MAX_VALUE, "weight");
        Reduction reduction = reduction(s);
        int classes = logits.shape()[logits.rank() - 1];
        Tensor targets = numbers
                ? Classes.oneHot(target, classes, ignored).tensor()
                : Classes.last(target).tensor();
        boolean ignores = numbers && Classes.holds(target, ignored);
        if (!numbers && !Classes.probabilities(Classes.last(target))) {
            throw new NotExpressed("targets that are no probabilities");
        }
        if (ignores
                && reduction == Reduction.MEAN
                && Arrays.stream(target.values()).allMatch(each -> (int) each == ignored)) {
            throw new NotExpressed("a mean over no items");
        }
        if (smoothing > 0 && (weight != null || ignores)) {
            throw new NotExpressed("smoothed labels with weights");
        }
        if (!numbers && weight != null && reduction == Reduction.MEAN) {
            reduction = Reduction.SUM_PER_ITEM;
            if (logits.rank() > 2) {
                throw new NotExpressed("a mean over pixels that is not weighted");
            }
        }
        Tensor weights = weight == null ? null : weight.tensor();
        if (ignores) {
            Tensor kept = Classes.kept(target, ignored).tensor();
            weights = weights == null ? kept : weights.times(kept);
        }
        WeightableLoss loss = smoothing > 0
                ? Losses.softmaxCrossEntropy(reduction, (float) smoothing)
                : Losses.softmaxCrossEntropy(reduction);
        LossValue value = weights == null
                ? loss.evaluate(logits.tensor(), targets)
                : loss.evaluate(logits.tensor(), targets, weights);
        check(s, value, given.gradient() == null ? null : logits);
    }

    private static void compare(Sample s, WeightableLoss loss, Nd prediction, Tensor target, Tensor weights) {
        LossValue value = weights == null
                ? loss.evaluate(prediction.tensor(), target)
                : loss.evaluate(prediction.tensor(), target, weights);
        check(s, value, prediction);
    }

    /**
     * @param prediction with PyTorch's gradient; null if it has none
     */
    private static void check(Sample s, LossValue value, Nd prediction) {
        s.compare("the loss", Nd.of(value.value()), s.out());
        if (prediction != null && prediction.gradient() != null && s.dy() != null) {
            double[] dy = s.dy().values();
            double[] gradient = Nd.of(value.gradient()).values();
            int each = gradient.length / dy.length;
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] *= dy[i / each];
            }
            s.compare("the gradient", gradient, prediction.gradient());
        }
    }
}

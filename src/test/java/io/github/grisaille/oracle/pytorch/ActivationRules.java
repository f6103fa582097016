package io.github.grisaille.oracle.pytorch;

import io.github.grisaille.nn.Embedding;
import io.github.grisaille.nn.Initializers;
import io.github.grisaille.nn.Layer;
import io.github.grisaille.nn.Layers;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/** Activations and what acts on each value by itself. */
final class ActivationRules {
    private ActivationRules() {}

    static void addTo(Map<String, Consumer<Sample>> rules) {
        both(rules, "ReLU", "relu", s -> Layers.relu());
        both(rules, "Sigmoid", "sigmoid", s -> Layers.sigmoid());
        both(rules, "Tanh", "tanh", s -> Layers.tanh());
        rules.put("sigmoid", rules.get("nn.functional.sigmoid"));
        rules.put("tanh", rules.get("nn.functional.tanh"));
        both(
                rules,
                "LeakyReLU",
                "leaky_relu",
                s -> Layers.leakyRelu((float) s.number(s.module() ? 0 : 1, "negative_slope", 0.01)));
        both(rules, "ELU", "elu", s -> Layers.elu((float) s.number(s.module() ? 0 : 1, "alpha", 1)));
        both(rules, "Softplus", "softplus", ActivationRules::softplus);
        rules.put("nn.Embedding", s -> embedding(s, s.state("weight"), s.input(0)));
        rules.put("nn.functional.embedding", s -> {
            // PyTorch's operator is given the table first
            embedding(s, s.input(0), s.input(1));
        });
        rules.put("nn.functional.dropout", ActivationRules::noDropout);
    }

    private static void both(
            Map<String, Consumer<Sample>> rules, String module, String functional, Function<Sample, Layer> layer) {
        Consumer<Sample> rule = s -> {
            // PyTorch can write over the input; the library's values are the same either way
            new LayerTrial(s, layer.apply(s), Axes.SAME).run();
        };
        rules.put("nn." + module, rule);
        rules.put("nn.functional." + functional, rule);
    }

    private static void embedding(Sample s, Nd table, Nd numbers) {
        for (String option : new String[] {"padding_idx", "max_norm", "scale_grad_by_freq"}) {
            Object value = s.named(option, (Object) null);
            if (value != null && !Boolean.FALSE.equals(value)) {
                throw new NotExpressed(option + " of an embedding");
            }
        }
        if (s.module() && s.option(2, "padding_idx", (Object) null) != null) {
            throw new NotExpressed("padding_idx of an embedding");
        }
        new LayerTrial(s, new Embedding(table.shape()[0], table.shape()[1], Initializers.uniformFanIn()), Axes.SAME)
                .with(0, table)
                .run(numbers);
    }

    private static Layer softplus(Sample s) {
        int first = s.module() ? 0 : 1;
        if (s.number(first, "beta", 1) != 1) {
            throw new NotExpressed("softplus of another sharpness");
        }
        return Layers.softplus();
    }

    private static void noDropout(Sample s) {
        boolean training = s.option(2, "training", true);
        double rate = s.number(1, "p", 0.5);
        if (training && rate > 0) {
            throw new NotExpressed("the same random numbers as PyTorch");
        }
        new LayerTrial(s, Layers.dropout(rate == 0 ? 0 : 0.5f), Axes.SAME).run(training);
    }
}

package io.github.grisaille.train.gan;

import io.github.grisaille.loss.Loss;
import io.github.grisaille.loss.LossValue;
import io.github.grisaille.loss.Losses;
import io.github.grisaille.loss.Reduction;
import io.github.grisaille.nn.Archive;
import io.github.grisaille.nn.Pass;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.nn.Wanted;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;
import io.github.grisaille.train.Arguments;

/**
 * Feature matching (Salimans et al. 2016, section 3.1): the generator minimises ‖E f(x) − E f(G(z))‖². The features f are the
 * outputs of one of the discriminator's inner layers, and the means are over a batch. D keeps its own loss.
 */
public final class FeatureMatching implements GeneratorObjective {
    private static final Loss SQUARES = Losses.squaredError(Reduction.SUM);

    private final int layers;

    /**
     * @param layers the features are the output of this many first layers of D; fewer than D has
     */
    public FeatureMatching(int layers) {
        this.layers = Arguments.positive("the number of layers that make features", layers);
    }

    @Override
    public LossValue evaluate(Tensor fake, Game game, Pass pass) {
        Sequential features = features(game.discriminator());
        Backend backend = fake.backend();
        Tensor made = features.forward(fake, pass);
        Tensor wanted;
        try (Pass onReal = game.open()) {
            Tensor real = features.forward(game.showReal(onReal), onReal);
            wanted = mean(real, pass);
            onReal.recycle(real);
        }
        LossValue distance = SQUARES.evaluate(mean(made, pass), wanted, pass);
        pass.recycle(made);
        int items = made.axis(0);
        backend.scale(distance.gradient(), 1f / items, distance.gradient());
        // each item gets the same share of the gradient of a mean
        Tensor dy = pass.scratch(made.shape());
        backend.repeat(distance.gradient(), dy.reshape(items, dy.size() / items));
        return new LossValue(distance.value(), features.backward(dy, pass, Wanted.INPUT));
    }

    @Override
    public void archive(Archive archive) {
        archive.same("layers", layers);
    }

    private Sequential features(Sequential discriminator) {
        if (layers >= discriminator.layers().size()) {
            throw new IllegalArgumentException(
                    "feature matching takes features from inside the discriminator, which has "
                            + discriminator.layers().size() + " layers: use fewer than that, not " + layers);
        }
        return discriminator.slice(0, layers);
    }

    private static Tensor mean(Tensor features, Pass pass) {
        int items = features.axis(0);
        Tensor mean = pass.scratch(Shape.of(1, features.size() / items));
        features.backend().columnSums(features.reshape(items, mean.size()), Write.REPLACE, mean);
        features.backend().scale(mean, 1f / items, mean);
        return mean;
    }
}

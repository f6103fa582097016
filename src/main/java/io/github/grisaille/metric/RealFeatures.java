package io.github.grisaille.metric;

import io.github.grisaille.tensor.Tensor;

/** The features of real items, prepared once for comparisons with many generated sets. */
final class RealFeatures {
    /** The smallest number of items that can be compared: more than the k of every measure. */
    static final int FEWEST = DensityCoverage.USUAL_K + 1;

    private final Tensor features;
    private final GaussianFit fit;
    private final Balls precisionBalls;
    private final Balls densityBalls;

    /**
     * Prepares the features.
     *
     * @param features one row per item
     */
    RealFeatures(Tensor features) {
        this.features = features;
        this.fit = GaussianFit.of(features);
        Items items = Items.of(features, "real features");
        this.precisionBalls = Balls.around(items, PrecisionRecall.USUAL_K);
        this.densityBalls = Balls.around(items, DensityCoverage.USUAL_K);
    }

    FrechetDistance frechet(Tensor generated) {
        return FrechetDistance.between(fit, GaussianFit.of(generated));
    }

    KernelDistance kernel(Tensor generated, long seed) {
        return KernelDistance.between(features, generated, seed);
    }

    PrecisionRecall precisionRecall(Tensor generated) {
        return PrecisionRecall.of(precisionBalls, Items.of(generated, "features"));
    }

    DensityCoverage densityCoverage(Tensor generated) {
        return DensityCoverage.of(densityBalls, Items.of(generated, "features"));
    }
}

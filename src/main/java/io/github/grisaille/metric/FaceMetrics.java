package io.github.grisaille.metric;

import io.github.grisaille.data.ArrayDataset;
import io.github.grisaille.data.Dataset;
import io.github.grisaille.data.Faces;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.plot.Rows;
import io.github.grisaille.plot.Tabular;
import io.github.grisaille.tensor.Tensor;
import java.util.Locale;
import java.util.Map;
import tech.tablesaw.api.Table;

/**
 * Compares faces of 64×64 pixels with held-out drawn faces, in the features of {@link FaceClassifier}: Face-FID,
 * Face-KID and so on. The FID and KID of the literature use Inception features. So compare these values only with
 * values of this classifier, and only for equal numbers of faces.
 *
 * <p>Faces are 64×64×3 or 12,288 values with black as −1 and white as 1.
 */
public final class FaceMetrics {
    /** The default number of held-out faces. Measured sets should have the same size. */
    public static final int HELD_OUT = 5000;

    /** The seed of the held-out faces. Nothing in this library was trained on them. */
    public static final long HELD_OUT_SEED = 2;

    /**
     * All measures of one set of faces.
     *
     * @param fid the Fréchet distance to the real faces
     * @param kid the kernel distance to the real faces
     * @param precisionRecall improved precision and recall against the real faces
     * @param densityCoverage density and coverage against the real faces
     */
    public record Measures(
            int count,
            FrechetDistance fid,
            KernelDistance kid,
            PrecisionRecall precisionRecall,
            DensityCoverage densityCoverage)
            implements Tabular {
        /** One row for each measure. */
        @Override
        public Table table() {
            return readings().table();
        }

        /** One line for each measure. */
        @Override
        public String toString() {
            return readings().toString();
        }

        private Readings readings() {
            return Readings.titled(String.format(Locale.ROOT, "%,d faces against real faces", count))
                    .add("Face-FID", fid.value(), fid.note())
                    .add("Face-KID", kid.value(), kid.standardError(), kid.note())
                    .add("precision", precisionRecall.precision(), precisionRecall.note())
                    .add("recall", precisionRecall.recall())
                    .add("density", densityCoverage.density(), densityCoverage.note())
                    .add("coverage", densityCoverage.coverage());
        }
    }

    private final FaceClassifier classifier;
    private final RealFeatures real;

    /** Compares with {@value #HELD_OUT} drawn faces, with the classifier from the jar. */
    public FaceMetrics() {
        this(FaceClassifier.shipped(), heldOut().images().scaled(-1, 1));
    }

    /** Compares with other faces, or with another classifier. */
    public FaceMetrics(FaceClassifier classifier, Dataset real) {
        this.classifier = classifier;
        this.real = new RealFeatures(classifier.features(real));
    }

    /** The held-out faces. */
    public static Faces heldOut() {
        return Faces.draw(HELD_OUT, HELD_OUT_SEED);
    }

    public FaceClassifier classifier() {
        return classifier;
    }

    /** Only the Face-FID of generated faces, for use during training. */
    public FrechetDistance fid(Tensor faces) {
        return real.frechet(classifier.features(faces));
    }

    /** All measures of faces that a generator makes; see {@link #measure(Sequential, int, long)}. The seed is 0. */
    public Measures measure(Sequential generator, int count) {
        return measure(generator, count, 0);
    }

    /**
     * All measures of faces that a generator makes from codes drawn from N(0, I). For other codes, measure the faces that it
     * makes from them.
     *
     * @param count the number of faces, at least 6; values can be compared only if they are of equally many
     * @param seed the seed of the codes ({@link Sequential#sample}) and of the kernel distance's random subsets
     */
    public Measures measure(Sequential generator, int count, long seed) {
        return measure(generator.sample(count, seed), seed);
    }

    /** All measures of generated faces. */
    public Measures measure(Tensor faces, long seed) {
        return measure(Items.of(faces, "faces"), seed);
    }

    /**
     * All measures of a set of at least six faces.
     *
     * @param seed the seed of the random subsets of the kernel distance
     */
    public Measures measure(Dataset faces, long seed) {
        Items.atLeast(RealFeatures.FEWEST, faces, "faces to measure");
        Tensor features = classifier.features(faces);
        return new Measures(
                faces.size(),
                real.frechet(features),
                real.kernel(features, seed),
                real.precisionRecall(features),
                real.densityCoverage(features));
    }

    /**
     * A table with all measures, one row for each named set of faces. Add control rows, such as training faces and
     * noise.
     */
    public Table table(Map<String, ? extends Dataset> sets, long seed) {
        Rows rows = Rows.titled(
                "against drawn faces",
                "faces",
                "count",
                "Face-FID",
                "Face-KID",
                "KID's standard error",
                "precision",
                "recall",
                "density",
                "coverage");
        sets.forEach((name, faces) -> {
            Measures m = measure(faces, seed);
            rows.add(
                    name,
                    m.count,
                    m.fid.value(),
                    m.kid.value(),
                    m.kid.standardError(),
                    m.precisionRecall.precision(),
                    m.precisionRecall.recall(),
                    m.densityCoverage.density(),
                    m.densityCoverage.coverage());
        });
        return rows.table();
    }

    /**
     * For each generated face its k nearest neighbours in another set, such as the training set, by distance in the
     * classifier's features. Faces that look alike are near in the features even if their pixels differ.
     */
    public NearestNeighbours nearest(Tensor faces, Dataset among, int k) {
        Tensor others = classifier.features(among);
        return NearestNeighbours.of(classifier.features(faces), new ArrayDataset(others.toArray(), others.axis(1)), k);
    }
}

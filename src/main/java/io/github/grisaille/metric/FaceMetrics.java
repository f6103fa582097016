package io.github.grisaille.metric;

import io.github.grisaille.data.ArrayDataset;
import io.github.grisaille.data.Dataset;
import io.github.grisaille.data.Faces;
import io.github.grisaille.plot.Rows;
import io.github.grisaille.tensor.Tensor;
import java.util.Map;
import tech.tablesaw.api.Table;

/**
 * How faces of 64×64 pixels compare with drawn faces that nothing was trained on, in the features of {@link
 * FaceClassifier}: Face-FID, Face-KID and their like. They are not the FID and KID of the literature, which use features of
 * Inception, and compare with no number but those of this classifier; also, equal numbers of faces only.
 *
 * <p>Faces are 64×64×3 or 12,288 values with black as −1 and white as 1.
 */
public final class FaceMetrics {
    /** How many faces the measures compare with unless told otherwise, and make the measured sets best as large as. */
    public static final int HELD_OUT = 5000;

    /** The seed of those faces: nothing in this library is trained on them. */
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
            DensityCoverage densityCoverage) {}

    private final FaceClassifier classifier;
    private final RealFeatures real;

    /** Measures against {@value #HELD_OUT} drawn faces by the classifier that the jar carries. */
    public FaceMetrics() {
        this(FaceClassifier.shipped(), heldOut().images().scaled(-1, 1));
    }

    /** Measures against other faces, or by another classifier. */
    public FaceMetrics(FaceClassifier classifier, Dataset real) {
        this.classifier = classifier;
        this.real = new RealFeatures(classifier.features(real));
    }

    /** The faces that measures compare with. */
    public static Faces heldOut() {
        return Faces.draw(HELD_OUT, HELD_OUT_SEED);
    }

    public FaceClassifier classifier() {
        return classifier;
    }

    /** The Face-FID of generated faces alone, for a look while a generator trains. */
    public FrechetDistance fid(Tensor faces) {
        return real.frechet(classifier.features(faces));
    }

    /** All measures of generated faces. */
    public Measures measure(Tensor faces, long seed) {
        return measure(Items.of(faces, "faces"), seed);
    }

    /**
     * All measures of a set of faces, more than five.
     *
     * @param seed drives the choice of subsets for the kernel distance
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

    /** One row for each named set of faces, with all measures; give it control rows. */
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
     * For each generated face the k nearest of others, such as those that the generator was trained on, by distance in the
     * classifier's features: what is alike to look at is near, also where pixels are not.
     */
    public NearestNeighbours nearest(Tensor faces, Dataset among, int k) {
        Tensor others = classifier.features(among);
        return NearestNeighbours.of(classifier.features(faces), new ArrayDataset(others.toArray(), others.axis(1)), k);
    }
}

package io.github.grisaille.backend.cpu;

import io.github.grisaille.data.ArrayDataset;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.train.History;
import io.github.grisaille.train.Progress;
import io.github.grisaille.train.gan.Dcgan;

/** Runs two steps of a small DCGAN, in a JVM of its own. */
final class LoopChoiceMain {
    private static final int BATCH = 8;

    private LoopChoiceMain() {}

    public static void main(String[] arguments) {
        Backend backend = Backend.cpu();
        System.out.println(backend.name());
        Dcgan dcgan = Dcgan.of(16).baseWidth(4).latentSize(16);
        Tensor pictures = backend.empty(Shape.of(2 * BATCH, 16, 16, 3));
        backend.uniform(new RandomStream(1, 50), -1, 1, pictures);
        Sequential generator = dcgan.generator(1);
        History history = dcgan.trainer(generator, dcgan.discriminator(2))
                .batch(BATCH)
                .epochs(1)
                .progress(Progress.silent())
                .fit(new ArrayDataset(pictures.toArray(), 16, 16, 3));
        for (String series : history.series()) {
            System.out.println(series + ": " + history.values(series)[0]);
        }
    }
}

package io.github.grisaille.bench;

import io.github.grisaille.data.ArrayDataset;
import io.github.grisaille.data.Mnist;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** The training steps that are measured. */
final class Workloads {
    private static final float SLOPE = 0.2f;

    private Workloads() {}

    /** The workloads by short name. Each is made only when it is needed, because it loads its data. */
    static Map<String, Supplier<Workload>> all() {
        Map<String, Supplier<Workload>> all = new LinkedHashMap<>();
        all.put("mlp", Workloads::mlpGan);
        all.put("numpy", Workloads::numpyGan);
        all.put("vae", Workloads::vae);
        all.put("dcgan", Workloads::dcgan);
        return all;
    }

    /** The MLP GAN of notebook 06. */
    static Workload mlpGan() {
        return new GanWorkload(
                "MLP GAN, batch 128",
                () -> new Twin()
                        .dense(100, 128)
                        .leakyRelu(SLOPE)
                        .dense(128, 784)
                        .tanh(),
                () -> new Twin().dense(784, 128).leakyRelu(SLOPE).dense(128, 1),
                new int[] {100},
                Mnist.train().scaled(-1, 1).flat(),
                128,
                100);
    }

    /** The NumPy GAN: a dense generator against a convolutional discriminator. */
    static Workload numpyGan() {
        return new GanWorkload(
                "NumPy GAN, batch 64",
                () -> new Twin()
                        .dense(100, 256)
                        .leakyRelu(SLOPE)
                        .dense(256, 512)
                        .leakyRelu(SLOPE)
                        .dense(512, 1024)
                        .leakyRelu(SLOPE)
                        .dense(1024, 784)
                        .tanh()
                        .reshape(28, 28, 1),
                () -> new Twin()
                        .conv2d(1, 32, 5, 1, 2, true)
                        .leakyRelu(SLOPE)
                        .maxPool2d(2)
                        .conv2d(32, 64, 5, 1, 2, true)
                        .leakyRelu(SLOPE)
                        .maxPool2d(2)
                        .flattenAndDense(7, 7, 64, 512)
                        .leakyRelu(SLOPE)
                        .dense(512, 1),
                new int[] {100},
                Mnist.train().scaled(-1, 1),
                64,
                5);
    }

    static Workload vae() {
        return new VaeWorkload();
    }

    /** The DCGAN of Radford et al. (2016) at 64×64, base width 64. */
    static Workload dcgan() {
        int base = 64;
        int batch = 64;
        Tensor pictures = Backend.cpu().empty(Shape.of(8 * batch, 64, 64, 3));
        Backend.cpu().uniform(new RandomStream(3, 0), -1, 1, pictures);
        return new GanWorkload(
                "DCGAN 64×64, batch 64",
                () -> new Twin()
                        .convTranspose2d(128, 8 * base, 4, 1, 0, false)
                        .batchNorm(8 * base)
                        .relu()
                        .convTranspose2d(8 * base, 4 * base, 4, 2, 1, false)
                        .batchNorm(4 * base)
                        .relu()
                        .convTranspose2d(4 * base, 2 * base, 4, 2, 1, false)
                        .batchNorm(2 * base)
                        .relu()
                        .convTranspose2d(2 * base, base, 4, 2, 1, false)
                        .batchNorm(base)
                        .relu()
                        .convTranspose2d(base, 3, 4, 2, 1, false)
                        .tanh(),
                () -> new Twin()
                        .conv2d(3, base, 4, 2, 1, false)
                        .leakyRelu(SLOPE)
                        .conv2d(base, 2 * base, 4, 2, 1, false)
                        .batchNorm(2 * base)
                        .leakyRelu(SLOPE)
                        .conv2d(2 * base, 4 * base, 4, 2, 1, false)
                        .batchNorm(4 * base)
                        .leakyRelu(SLOPE)
                        .conv2d(4 * base, 8 * base, 4, 2, 1, false)
                        .batchNorm(8 * base)
                        .leakyRelu(SLOPE)
                        .conv2d(8 * base, 1, 4, 1, 0, false),
                new int[] {1, 1, 128},
                new ArrayDataset(pictures.toArray(), 64, 64, 3),
                batch,
                1);
    }
}

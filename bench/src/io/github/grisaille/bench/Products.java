package io.github.grisaille.bench;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Factor;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas;

/** Compares matrix products with OpenBLAS: square ones, and those of the measured networks. */
final class Products {
    private static final int ROW_MAJOR = 101;
    private static final int PLAIN = 111;
    private static final int TRANSPOSED = 112;
    private static final int ROUNDS = 15;
    private static final int TRIALS = 5;
    private static final double ROUND_SECONDS = 0.03;
    private static final double WARM_UP_SECONDS = 1;

    /** A product and its number of floating-point operations. */
    record Product(int m, int n, int k, boolean transposeA, boolean transposeB) {
        double flop() {
            return 2.0 * m * n * k;
        }

        @Override
        public String toString() {
            return m + "×" + n + "×" + k + (transposeA ? ", left transposed" : transposeB ? ", right transposed" : "");
        }
    }

    /** The square product. OpenBLAS's speed at it is called the peak. */
    static final int SQUARE = 0;

    private static final Product[] ALL = {
        new Product(1024, 1024, 1024, false, false),
        new Product(1024, 1024, 1024, true, false),
        new Product(1024, 1024, 1024, false, true),
        new Product(128, 128, 100, false, false),
        new Product(128, 784, 128, false, false),
        new Product(128, 128, 784, false, false),
        new Product(128, 1, 128, false, false),
        new Product(128, 784, 128, false, true),
        new Product(128, 128, 784, false, true),
        new Product(100, 128, 128, true, false),
        new Product(784, 128, 128, true, false),
        new Product(128, 1, 128, true, false),
        new Product(64, 1024, 512, false, false),
        new Product(64, 512, 1024, false, true),
        new Product(512, 1024, 64, true, false),
    };

    private Products() {}

    /** OpenBLAS's best result for one product: its speed, kernels and number of threads. */
    record Best(OpenBlasCore core, int threads, double speed) {}

    /** The speeds of one product on both sides, in floating-point operations per second. */
    record Figures(Product product, Best peer, double ours, double theirs) {}

    /** Finds OpenBLAS's fastest kernels and number of threads for each product. */
    static List<Best> best(List<OpenBlasCore> cores, List<String> options) throws Exception {
        Best[] best = new Best[ALL.length];
        for (OpenBlasCore core : cores) {
            for (String[] answer : new Fork(core, options).run(Products.class, "openblas")) {
                int i = Integer.parseInt(answer[0]);
                Best tried = new Best(core, Integer.parseInt(answer[1]), Double.parseDouble(answer[2]));
                if (best[i] == null || tried.speed > best[i].speed) {
                    best[i] = tried;
                }
            }
        }
        return List.of(best);
    }

    /** OpenBLAS's best speed at the square product, in floating-point operations per second. */
    static double peak(List<OpenBlasCore> cores, List<String> options) throws Exception {
        double peak = 0;
        for (OpenBlasCore core : cores) {
            for (String[] answer : new Fork(core, options).run(Products.class, "peak")) {
                peak = Math.max(peak, Double.parseDouble(answer[0]));
            }
        }
        return peak;
    }

    /** Measures both sides in turn. */
    static List<Figures> measure(List<Best> best, List<String> options) throws Exception {
        Figures[] figures = new Figures[ALL.length];
        for (OpenBlasCore core : best.stream().map(Best::core).distinct().toList()) {
            List<String> arguments = new ArrayList<>(List.of("measure"));
            for (int i = 0; i < ALL.length; i++) {
                if (best.get(i).core.equals(core)) {
                    arguments.add(i + ":" + best.get(i).threads);
                }
            }
            for (String[] answer : new Fork(core, options).run(Products.class, arguments.toArray(String[]::new))) {
                int i = Integer.parseInt(answer[0]);
                figures[i] =
                        new Figures(ALL[i], best.get(i), Double.parseDouble(answer[1]), Double.parseDouble(answer[2]));
            }
        }
        return List.of(figures);
    }

    public static void main(String[] arguments) {
        switch (arguments[0]) {
            case "openblas" -> {
                for (int i = 0; i < ALL.length; i++) {
                    for (int threads = 1; threads <= Bench.threads(); threads++) {
                        Fork.answer(i, threads, openBlas(ALL[i], threads));
                    }
                }
            }
            case "peak" -> Fork.answer(openBlas(ALL[SQUARE], Bench.threads()));
            case "measure" -> {
                for (int at = 1; at < arguments.length; at++) {
                    String[] parts = arguments[at].split(":");
                    int i = Integer.parseInt(parts[0]);
                    double[] speeds = beside(ALL[i], Integer.parseInt(parts[1]));
                    Fork.answer(i, speeds[0], speeds[1]);
                }
            }
            default -> openBlas(new Product(64, 64, 64, false, false), 1);
        }
    }

    /** OpenBLAS alone. */
    private static double openBlas(Product p, int threads) {
        try (Sides sides = new Sides(p, threads)) {
            int repeats = repeats(sides::theirs, ROUND_SECONDS);
            double[] speeds = new double[TRIALS];
            for (int i = 0; i < TRIALS; i++) {
                speeds[i] = p.flop() * repeats / Timing.seconds(() -> repeat(sides::theirs, repeats));
            }
            return Timing.median(speeds);
        }
    }

    /** Measures both sides in turn, with pauses in which the idle threads of the other side go to sleep. */
    private static double[] beside(Product p, int threads) {
        try (Sides sides = new Sides(p, threads)) {
            int repeats = repeats(sides::ours, WARM_UP_SECONDS);
            double[] our = new double[ROUNDS];
            double[] their = new double[ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                Timing.pause();
                our[round] = p.flop() * repeats / Timing.seconds(() -> repeat(sides::ours, repeats));
                Timing.pause();
                their[round] = p.flop() * repeats / Timing.seconds(() -> repeat(sides::theirs, repeats));
            }
            return new double[] {Timing.median(our), Timing.median(their)};
        }
    }

    /** The factors and products of both sides. */
    private static final class Sides implements AutoCloseable {
        private final Backend backend = Backend.cpu();
        private final Product p;
        private final Tensor a;
        private final Tensor b;
        private final Tensor c;
        private final FloatPointer left;
        private final FloatPointer right;
        private final FloatPointer product;

        Sides(Product p, int threads) {
            this.p = p;
            a = random(p.transposeA ? p.k : p.m, p.transposeA ? p.m : p.k);
            b = random(p.transposeB ? p.n : p.k, p.transposeB ? p.k : p.n);
            c = backend.empty(Shape.of(p.m, p.n));
            left = new FloatPointer(a.toArray());
            right = new FloatPointer(b.toArray());
            product = new FloatPointer((long) p.m * p.n);
            openblas.blas_set_num_threads(threads);
        }

        private Tensor random(int... shape) {
            Tensor tensor = backend.empty(Shape.of(shape));
            backend.uniform(new RandomStream(1, shape[0]), -1, 1, tensor);
            return tensor;
        }

        void ours() {
            backend.matmul(new Factor(a, p.transposeA), new Factor(b, p.transposeB), c);
        }

        void theirs() {
            openblas.cblas_sgemm(
                    ROW_MAJOR,
                    p.transposeA ? TRANSPOSED : PLAIN,
                    p.transposeB ? TRANSPOSED : PLAIN,
                    p.m,
                    p.n,
                    p.k,
                    1f,
                    left,
                    p.transposeA ? p.m : p.k,
                    right,
                    p.transposeB ? p.k : p.n,
                    0f,
                    product,
                    p.n);
        }

        @Override
        public void close() {
            left.close();
            right.close();
            product.close();
        }
    }

    /** Warms up, and finds the number of calls in a round. */
    private static int repeats(Runnable work, double warmUp) {
        Timing.runFor(warmUp, work);
        int calls = Timing.runFor(ROUND_SECONDS, work);
        return Math.max(1, calls);
    }

    private static void repeat(Runnable work, int times) {
        for (int i = 0; i < times; i++) {
            work.run();
        }
    }
}

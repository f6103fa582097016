package io.github.grisaille.experiments;

import io.github.grisaille.data.Dataset;
import io.github.grisaille.data.Faces;
import io.github.grisaille.plot.Rows;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.train.Progress;
import io.github.grisaille.train.gan.Dcgan;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Measures the DCGAN's training speed and peak memory at base widths 16, 32 and 64, with batch size 64 and pictures of
 * 64×64: {@code ./lab train dcgan-speed}. The time of a step is the median after a warm-up. Core seconds are processor
 * time, which depends less on other programs.
 */
final class DcganSpeed {
    private static final int BATCH = 64;
    private static final int WARM_UP = 20;
    private static final int STEPS = 60;
    private static final double NANO = 1e-9;
    private static final double MEGA = 1e-6;

    private DcganSpeed() {}

    static void run(Path file) {
        Rows rows = Rows.titled(
                Backend.cpu().name(),
                "base width",
                "step (s)",
                "pictures a second",
                "core seconds a step",
                "peak memory of the heap (MB)");
        for (int width : new int[] {16, 32, 64}) {
            measure(width, rows);
        }
        Samples.writeCsv(rows.table(), file);
        System.out.println(rows.table().printAll());
    }

    private static void measure(int width, Rows rows) {
        Dcgan dcgan = Dcgan.of(64).baseWidth(width);
        Dataset faces = dcgan.pictures(Faces.draw(BATCH * STEPS, 1).images());
        List<Long> times = new ArrayList<>();
        List<Double> coreSeconds = new ArrayList<>();
        System.gc();
        heap().forEach(MemoryPoolMXBean::resetPeakUsage);
        dcgan.trainer(dcgan.generator(1), dcgan.discriminator(2))
                .batch(BATCH)
                .seed(1)
                .progress(Progress.silent())
                .everySteps(1, step -> {
                    times.add(System.nanoTime());
                    coreSeconds.add(Samples.coreSeconds());
                })
                .fit(faces);
        long[] gaps = new long[STEPS - WARM_UP];
        Arrays.setAll(gaps, i -> times.get(WARM_UP + i) - times.get(WARM_UP + i - 1));
        Arrays.sort(gaps);
        double step = gaps[gaps.length / 2] * NANO;
        double cores = (coreSeconds.get(STEPS - 1) - coreSeconds.get(WARM_UP - 1)) / gaps.length;
        long peak =
                heap().stream().mapToLong(pool -> pool.getPeakUsage().getUsed()).sum();
        rows.add(width, milli(step), Math.round(BATCH / step), milli(cores), Math.round(peak * MEGA));
    }

    /** Rounds to a thousandth. */
    private static double milli(double seconds) {
        return Math.round(seconds * 1e3) / 1e3;
    }

    private static List<MemoryPoolMXBean> heap() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .toList();
    }
}

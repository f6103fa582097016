package io.github.grisaille.bench;

import io.github.grisaille.backend.cpu.JavaBackend;
import io.github.grisaille.tensor.Backend;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Times a workload: chunks of steps of this library and of the peers in turn. Reports medians. */
final class Steps {
    /**
     * The largest relative difference of losses. At first they are equal to six digits. Then Adam amplifies the
     * smallest gradients, so after ten steps of a DCGAN the order of sums shows in the third digit.
     */
    private static final double AGREEMENT = 2e-2;

    private static final int AGREEING_STEPS = 10;
    private static final int ROUNDS = 15;
    private static final double WARM_UP_SECONDS = 8;
    private static final double PEER_WARM_UP_SECONDS = 2;
    private static final double TRIAL_SECONDS = 1;

    /** libtorch's fastest setting, with the kernels of OpenBLAS. */
    record Best(OpenBlasCore core, TorchSetting setting, double seconds) {}

    /**
     * The seconds per step on all sides, and the difference of the losses. PyTorch's time is NaN if it is not
     * installed.
     */
    record Figures(
            Best peer,
            double ours,
            double oneThread,
            double theirs,
            double python,
            String pythonSetting,
            double disagreement) {}

    private Steps() {}

    /** Finds libtorch's fastest kernels and setting. */
    static Best best(String id, List<OpenBlasCore> cores, List<String> options)
            throws IOException, InterruptedException {
        Best best = null;
        for (OpenBlasCore core : cores) {
            for (String[] answer : new Fork(core, options).run(Steps.class, "libtorch", id)) {
                double seconds = Double.parseDouble(answer[1]);
                if (best == null || seconds < best.seconds) {
                    best = new Best(core, TorchSetting.parse(answer[0]), seconds);
                }
            }
        }
        return best;
    }

    /** Measures all sides in turn. */
    static Figures measure(String id, Best best, List<String> options) throws IOException, InterruptedException {
        String[] answer = new Fork(best.core, options)
                .run(Steps.class, "measure", id, best.setting.encoded())
                .get(0);
        return new Figures(
                best,
                Double.parseDouble(answer[0]),
                Double.parseDouble(answer[1]),
                Double.parseDouble(answer[2]),
                Double.parseDouble(answer[3]),
                answer[4],
                Double.parseDouble(answer[5]));
    }

    public static void main(String[] arguments) throws Exception {
        Workload workload = Workloads.all().get(arguments[1]).get();
        if (arguments[0].equals("libtorch")) {
            for (TorchSetting setting : TorchSetting.all(workload.images())) {
                Fork.answer(setting.encoded(), trial(workload, setting));
            }
        } else {
            beside(arguments[1], workload, TorchSetting.parse(arguments[2]));
        }
    }

    private static double trial(Workload workload, TorchSetting setting) {
        Runnable step = workload.theirStep(setting);
        step.run();
        List<Double> seconds = new ArrayList<>();
        Timing.runFor(TRIAL_SECONDS, () -> seconds.add(Timing.seconds(step)));
        return Timing.median(seconds.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private static void beside(String id, Workload workload, TorchSetting setting) throws IOException {
        double disagreement = disagreement(workload, setting);
        if (!(disagreement < AGREEMENT)) {
            throw new IllegalStateException(workload.name() + ": the losses of the two sides differ by " + disagreement
                    + " within " + AGREEING_STEPS + " steps, so they do not train the same network");
        }
        int chunk = workload.chunk();
        Runnable theirStep = workload.theirStep(setting);
        double[] our = new double[ROUNDS];
        double[] alone = new double[ROUNDS];
        double[] their = new double[ROUNDS];
        double[] python = new double[ROUNDS];
        try (Stepper ours = new Stepper(workload, Backend.cpu());
                Stepper oneThread = new Stepper(workload, new JavaBackend(1));
                PythonPeer peer = PythonPeer.start(id, Bench.threads())) {
            Timing.runFor(WARM_UP_SECONDS, ours::chunk);
            Timing.runFor(PEER_WARM_UP_SECONDS, oneThread::chunk);
            Timing.runFor(PEER_WARM_UP_SECONDS, () -> repeat(theirStep, chunk));
            for (int round = 0; round < ROUNDS; round++) {
                Timing.pause();
                our[round] = Timing.seconds(ours::chunk) / chunk;
                Timing.pause();
                their[round] = Timing.seconds(() -> repeat(theirStep, chunk)) / chunk;
                Timing.pause();
                alone[round] = Timing.seconds(oneThread::chunk) / chunk;
                Timing.pause();
                python[round] = peer.seconds(chunk);
            }
            Fork.answer(
                    Timing.median(our),
                    Timing.median(alone),
                    Timing.median(their),
                    Timing.median(python),
                    peer.setting(),
                    disagreement);
        }
    }

    private static double disagreement(Workload workload, TorchSetting setting) {
        List<double[]> ours = workload.ours(Backend.cpu(), AGREEING_STEPS, AGREEING_STEPS, () -> {});
        List<double[]> theirs = workload.theirs(AGREEING_STEPS, setting);
        double worst = 0;
        for (int i = 0; i < theirs.size(); i++) {
            for (int step = 0; step < AGREEING_STEPS; step++) {
                double expected = theirs.get(i)[step];
                worst = Math.max(worst, Math.abs(ours.get(i)[step] - expected) / Math.max(1e-3, Math.abs(expected)));
            }
        }
        return worst;
    }

    private static void repeat(Runnable work, int times) {
        for (int i = 0; i < times; i++) {
            work.run();
        }
    }
}

package io.github.grisaille.bench;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.global.torch;

/**
 * A setting of libtorch. Each workload uses its fastest one.
 *
 * @param threads libtorch's threads, for its loops and for oneDNN's convolutions
 * @param blasThreads OpenBLAS's threads, for dense layers
 * @param channelsLast whether images are stored as in this library (NHWC), or channel by channel
 */
record TorchSetting(int threads, int blasThreads, boolean channelsLast) {
    static List<TorchSetting> all(boolean images) {
        List<TorchSetting> all = new ArrayList<>();
        for (int threads : new int[] {1, Bench.threads()}) {
            for (int blasThreads : new int[] {1, Bench.threads()}) {
                all.add(new TorchSetting(threads, blasThreads, false));
                if (images) {
                    all.add(new TorchSetting(threads, blasThreads, true));
                }
            }
        }
        return all.stream().distinct().toList();
    }

    static TorchSetting parse(String text) {
        String[] parts = text.split(",");
        return new TorchSetting(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Boolean.parseBoolean(parts[2]));
    }

    String encoded() {
        return threads + "," + blasThreads + "," + channelsLast;
    }

    void apply() {
        torch.set_num_threads(threads);
        openblas.blas_set_num_threads(blasThreads);
    }

    @Override
    public String toString() {
        return (threads == blasThreads ? Bench.count(threads, "thread") : threads + " and " + blasThreads + " threads")
                + (channelsLast ? ", channels last" : "");
    }
}

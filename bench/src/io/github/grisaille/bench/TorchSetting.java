package io.github.grisaille.bench;

/** How libtorch is run: it gets the best of all for each workload. */
record TorchSetting(int threads, boolean channelsLast) {
    @Override
    public String toString() {
        return threads + (threads == 1 ? " thread" : " threads") + (channelsLast ? ", channels last" : "");
    }
}

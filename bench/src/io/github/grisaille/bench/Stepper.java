package io.github.grisaille.bench;

import io.github.grisaille.tensor.Backend;
import java.util.concurrent.Exchanger;

/** A training run of this library in its own thread. It trains one chunk of steps at a time and waits in between. */
final class Stepper implements AutoCloseable {
    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private final Exchanger<Boolean> turn = new Exchanger<>();
    private final Thread thread;
    private volatile Throwable failure;

    Stepper(Workload workload, Backend backend) {
        thread = new Thread(
                () -> {
                    try {
                        await();
                        workload.ours(backend, Integer.MAX_VALUE, workload.chunk(), () -> {
                            exchange(true);
                            await();
                        });
                    } catch (Stopped closed) {
                        return;
                    } catch (Throwable thrown) {
                        failure = thrown;
                        exchange(false);
                    }
                },
                "training");
        thread.setDaemon(true);
        thread.start();
    }

    private void await() {
        if (!exchange(true)) {
            throw new Stopped();
        }
    }

    private boolean exchange(boolean value) {
        try {
            return turn.exchange(value);
        } catch (InterruptedException interrupted) {
            throw new Stopped();
        }
    }

    /** Trains a chunk of steps. */
    void chunk() {
        exchange(true);
        if (!exchange(true)) {
            throw new IllegalStateException("the training run failed", failure);
        }
    }

    @Override
    public void close() {
        exchange(false);
    }
}

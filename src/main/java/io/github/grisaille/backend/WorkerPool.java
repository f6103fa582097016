package io.github.grisaille.backend;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;

/**
 * Threads that share the numbered tasks of one job at a time with the caller. Which thread runs a task never changes
 * what the task computes. A caller who finds the pool busy runs its tasks itself.
 */
final class WorkerPool {
    private static final int SPINS = 2000;

    /** Work on a part of a range. */
    interface RangeTask {
        void run(int from, int to);
    }

    private static final int TASKS_PER_THREAD = 4;

    private final int threads;
    private final Thread[] workers;
    private final ReentrantLock busy = new ReentrantLock();
    private volatile Job current;

    WorkerPool(int threads) {
        this.threads = threads;
        this.workers = new Thread[threads - 1];
        for (int i = 0; i < workers.length; i++) {
            workers[i] = new Thread(this::serve, "grisaille-" + (i + 1));
            workers[i].setDaemon(true);
            workers[i].start();
        }
    }

    int threads() {
        return threads;
    }

    /** Runs the tasks 0 … tasks − 1 and returns when all are done. */
    void run(int tasks, IntConsumer task) {
        if (tasks <= 1 || threads == 1 || busy.isHeldByCurrentThread() || !busy.tryLock()) {
            for (int i = 0; i < tasks; i++) {
                task.accept(i);
            }
            return;
        }
        try {
            Job job = new Job(tasks, task);
            current = job;
            for (Thread worker : workers) {
                LockSupport.unpark(worker);
            }
            job.work();
            job.await();
        } finally {
            current = null;
            busy.unlock();
        }
    }

    /** Cuts 0 … length − 1 into ranges, unless the work (in elementary operations) is too little to share. */
    void split(int length, long work, long worthSharing, RangeTask task) {
        if (threads == 1 || work < worthSharing || length < 2) {
            task.run(0, length);
            return;
        }
        int parts = Math.min(length, threads * TASKS_PER_THREAD);
        run(parts, part -> task.run((int) ((long) length * part / parts), (int) ((long) length * (part + 1) / parts)));
    }

    private void serve() {
        Job seen = null;
        int idle = 0;
        while (true) {
            Job job = current;
            if (job != null && job != seen) {
                seen = job;
                idle = 0;
                job.work();
            } else if (idle++ < SPINS) {
                Thread.onSpinWait();
            } else {
                LockSupport.park(this);
            }
        }
    }

    private static final class Job {
        private final int tasks;
        private final IntConsumer task;
        private final Thread caller = Thread.currentThread();
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicInteger left;
        private volatile Throwable failure;

        Job(int tasks, IntConsumer task) {
            this.tasks = tasks;
            this.task = task;
            this.left = new AtomicInteger(tasks);
        }

        void work() {
            int number;
            while ((number = next.getAndIncrement()) < tasks) {
                try {
                    task.accept(number);
                } catch (Throwable thrown) {
                    failure = thrown;
                }
                if (left.decrementAndGet() == 0) {
                    LockSupport.unpark(caller);
                }
            }
        }

        void await() {
            int idle = 0;
            while (left.get() > 0) {
                if (idle++ < SPINS) {
                    Thread.onSpinWait();
                } else {
                    LockSupport.park(this);
                }
            }
            if (failure instanceof RuntimeException exception) {
                throw exception;
            }
            if (failure instanceof Error error) {
                throw error;
            }
        }
    }
}

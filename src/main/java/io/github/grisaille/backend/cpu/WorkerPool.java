package io.github.grisaille.backend.cpu;

import io.github.grisaille.backend.Division;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Threads that share one range of work at a time with the caller. The result of a part does not depend on the thread
 * that does it. A caller who finds the pool busy does the work itself.
 *
 * <p>Each thread begins with its own share of a range, which is the same part of every range. So it finds in its own
 * cache what it wrote in the job before. It takes half of what is left of its share at a time. A thread that has
 * finished its share helps the others, and takes from the back of their shares. So most parts are long, and the last
 * ones are short enough for all threads to end together.
 */
final class WorkerPool {
    /** Work on a part of a range. */
    interface RangeTask {
        void run(int from, int to);
    }

    /** The shortest part of a range is the range divided by the number of threads and by this number. */
    private static final int PARTS_PER_THREAD = 16;

    private final int threads;
    private final Thread[] workers;
    private final ReentrantLock busy = new ReentrantLock();
    /** Used by the thread that holds the lock. */
    private final SpinThenPark callersWait = new SpinThenPark();

    private volatile Job current;

    WorkerPool(int threads) {
        this.threads = threads;
        this.workers = new Thread[threads - 1];
        for (int i = 0; i < workers.length; i++) {
            int number = i + 1;
            workers[i] = new Thread(() -> serve(number), "grisaille-" + number);
            workers[i].setDaemon(true);
            workers[i].start();
        }
    }

    int threads() {
        return threads;
    }

    /**
     * Runs a task over 0 … length − 1 and returns when all is done. The range is cut into parts, unless there is too
     * little work to share.
     *
     * @param work the amount of work, in elementary operations
     * @param worthSharing the least amount of work that is shared
     */
    void split(int length, long work, long worthSharing, RangeTask task) {
        if (threads == 1 || work < worthSharing || length < 2 || busy.isHeldByCurrentThread() || !busy.tryLock()) {
            task.run(0, length);
            return;
        }
        try {
            Job job = new Job(length, threads, task);
            current = job;
            for (Thread worker : workers) {
                LockSupport.unpark(worker);
            }
            job.work(0);
            callersWait.await(job::done);
            job.raiseFailure();
        } finally {
            current = null;
            busy.unlock();
        }
    }

    private void serve(int thread) {
        SpinThenPark wait = new SpinThenPark();
        Job seen = null;
        while (true) {
            Job last = seen;
            wait.await(() -> current != null && current != last);
            Job job = current;
            if (job != null) {
                seen = job;
                job.work(thread);
            }
        }
    }

    private static final class Job {
        private final RangeTask task;
        private final Thread caller = Thread.currentThread();
        private final Share[] shares;
        private final AtomicInteger left;
        private volatile Throwable failure;

        Job(int length, int threads, RangeTask task) {
            this.task = task;
            this.left = new AtomicInteger(length);
            this.shares = new Share[threads];
            int least = Division.ceil(length, threads * PARTS_PER_THREAD);
            for (int i = 0; i < threads; i++) {
                int from = (int) ((long) length * i / threads);
                shares[i] = new Share(from, (int) ((long) length * (i + 1) / threads), least);
            }
        }

        /** Does the share of one thread, and then what is left of the others'. */
        void work(int thread) {
            long part;
            while ((part = shares[thread].take(true)) != Share.NOTHING) {
                run(Share.from(part), Share.to(part));
            }
            for (int i = 1; i < shares.length; i++) {
                Share other = shares[(thread + i) % shares.length];
                while ((part = other.take(false)) != Share.NOTHING) {
                    run(Share.from(part), Share.to(part));
                }
            }
        }

        private void run(int from, int to) {
            try {
                task.run(from, to);
            } catch (Throwable thrown) {
                failure = thrown;
            }
            if (left.addAndGet(from - to) == 0) {
                LockSupport.unpark(caller);
            }
        }

        boolean done() {
            return left.get() == 0;
        }

        void raiseFailure() {
            if (failure instanceof RuntimeException exception) {
                throw exception;
            }
            if (failure instanceof Error error) {
                throw error;
            }
        }
    }

    /**
     * A range from which parts are taken at both ends. It is stored in one long: its start in the upper half, its end
     * in the lower half.
     */
    private static final class Share {
        static final long NOTHING = -1;

        private final int least;
        private final AtomicLong rest;

        /** @param least the length of the shortest part, except for the last one */
        Share(int from, int to, int least) {
            this.least = least;
            this.rest = new AtomicLong(range(from, to));
        }

        private static long range(int from, int to) {
            return (long) from << Integer.SIZE | to;
        }

        static int from(long range) {
            return (int) (range >>> Integer.SIZE);
        }

        static int to(long range) {
            return (int) range;
        }

        /** Takes half of what is left, from the front or from the back. */
        long take(boolean front) {
            while (true) {
                long now = rest.get();
                int from = from(now);
                int to = to(now);
                if (from == to) {
                    return NOTHING;
                }
                int length = Math.min(to - from, Math.max(least, (to - from) / 2));
                int middle = front ? from + length : to - length;
                long head = range(from, middle);
                long tail = range(middle, to);
                if (rest.compareAndSet(now, front ? tail : head)) {
                    return front ? head : tail;
                }
            }
        }
    }
}

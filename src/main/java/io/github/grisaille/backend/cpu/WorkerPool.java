package io.github.grisaille.backend.cpu;

import io.github.grisaille.backend.Division;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Threads that share one range of work at a time with the caller. Which thread does a part of it never changes what that
 * part computes. A caller who finds the pool busy does the work itself.
 *
 * <p>Each thread begins with the same share of every range, so that what it wrote in one job it finds in its own cache in
 * the next. Of what is left of its share it takes half at a time; a thread that is through helps the others from the back
 * of theirs. So most parts are long, and the last ones short enough for all threads to end together.
 */
final class WorkerPool {
    /** Work on a part of a range. */
    interface RangeTask {
        void run(int from, int to);
    }

    /** The shortest part of a range is one of so many for each thread. */
    private static final int PARTS_PER_THREAD = 16;

    private final int threads;
    private final Thread[] workers;
    private final ReentrantLock busy = new ReentrantLock();
    /** Of whoever holds the lock. */
    private final Patience callersPatience = new Patience();

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
     * Runs a task over 0 … length − 1 and returns when all is done. It is cut into parts, unless the work (in elementary
     * operations) is too little to share.
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
            callersPatience.await(job::done);
            job.raiseFailure();
        } finally {
            current = null;
            busy.unlock();
        }
    }

    private void serve(int thread) {
        Patience patience = new Patience();
        Job seen = null;
        while (true) {
            Job last = seen;
            patience.await(() -> current != null && current != last);
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

        /** Does one thread's share, and then what is left of the others'. */
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

    /** A range from whose ends parts are taken. A range is a long: where it begins in the upper half, its end in the lower. */
    private static final class Share {
        static final long NOTHING = -1;

        private final int least;
        private final AtomicLong rest;

        /** @param least the length of the shortest part, but for the last */
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

        /** Half of what is left, from the front or the back of it. */
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

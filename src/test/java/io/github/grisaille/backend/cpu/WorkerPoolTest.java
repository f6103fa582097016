package io.github.grisaille.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerPoolTest {
    private static final long MUCH = Long.MAX_VALUE;

    /** Counts how often each number of a range is done. */
    private static final class Counts implements WorkerPool.RangeTask {
        private final AtomicIntegerArray counts;

        Counts(int length) {
            counts = new AtomicIntegerArray(length);
        }

        @Override
        public void run(int from, int to) {
            for (int i = from; i < to; i++) {
                counts.incrementAndGet(i);
            }
        }

        void assertAllOnce() {
            assertThat(IntStream.range(0, counts.length()).map(counts::get)).containsOnly(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8})
    void everyNumberIsDoneOnceEvenIfAPartIsSlow(int threads) {
        WorkerPool pool = new WorkerPool(threads);
        Random random = new Random(threads);
        for (int round = 0; round < 300; round++) {
            int length = 1 + random.nextInt(300);
            int slow = random.nextInt(length);
            // from shorter than any spin to longer, so that threads both spin and park
            long nanos = random.nextInt(600_000);
            Counts counts = new Counts(length);
            pool.split(length, MUCH, 0, (from, to) -> {
                counts.run(from, to);
                if (from <= slow && slow < to) {
                    LockSupport.parkNanos(nanos);
                }
            });
            counts.assertAllOnce();
        }
    }

    @Test
    void aFailureReachesTheCallerAfterAllOtherWorkIsDone() {
        WorkerPool pool = new WorkerPool(3);
        Counts counts = new Counts(100);
        IllegalStateException failure = new IllegalStateException("in the last part");
        assertThatThrownBy(() -> pool.split(100, MUCH, 0, (from, to) -> {
                    counts.run(from, to);
                    if (to == 100) {
                        throw failure;
                    }
                }))
                .isSameAs(failure);
        counts.assertAllOnce();

        Counts after = new Counts(100);
        pool.split(100, MUCH, 0, after);
        after.assertAllOnce();
    }

    @Test
    void aTaskThatSplitsItsPartDoesAllOfItItself() {
        WorkerPool pool = new WorkerPool(2);
        Counts counts = new Counts(64);
        pool.split(8, MUCH, 0, (from, to) -> {
            for (int i = from; i < to; i++) {
                int first = 8 * i;
                pool.split(8, MUCH, 0, (innerFrom, innerTo) -> counts.run(first + innerFrom, first + innerTo));
            }
        });
        counts.assertAllOnce();
    }

    @Test
    void callersAtTheSameTimeDoNotDisturbEachOther() {
        WorkerPool pool = new WorkerPool(2);
        Runnable caller = () -> {
            for (int round = 0; round < 500; round++) {
                Counts counts = new Counts(37);
                pool.split(37, MUCH, 0, counts);
                counts.assertAllOnce();
            }
        };
        CompletableFuture.allOf(CompletableFuture.runAsync(caller), CompletableFuture.runAsync(caller))
                .join();
    }

    @Test
    void littleWorkIsNotSplit() {
        List<Integer> lengths = new ArrayList<>();
        new WorkerPool(2).split(50, 99, 100, (from, to) -> lengths.add(to - from));
        assertThat(lengths).containsExactly(50);
    }
}

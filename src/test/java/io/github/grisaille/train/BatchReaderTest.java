package io.github.grisaille.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.grisaille.data.Dataset;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BatchReaderTest {
    /** Item i is (i, 10 i). It remembers who read. */
    private static final class Numbers implements Dataset {
        private final Set<Thread> readers = Collections.synchronizedSet(new HashSet<>());
        private final boolean onDisk;

        Numbers(boolean onDisk) {
            this.onDisk = onDisk;
        }

        @Override
        public int size() {
            return 10;
        }

        @Override
        public int[] shape() {
            return new int[] {2};
        }

        @Override
        public void read(int index, float[] target, int offset) {
            if (index < 0) {
                throw new IllegalStateException("the disk is broken");
            }
            readers.add(Thread.currentThread());
            target[offset] = index;
            target[offset + 1] = 10 * index;
        }

        @Override
        public boolean onDisk() {
            return onDisk;
        }
    }

    @Test
    void batchesAreTheSameReadAheadOrNot() {
        for (boolean onDisk : new boolean[] {false, true}) {
            Numbers numbers = new Numbers(onDisk);
            BatchReader reader = new BatchReader(numbers, Backend.cpu());
            assertThat(reader.read(new int[] {1, 2}).toArray()).containsExactly(1, 10, 2, 20);
            reader.readAhead(new int[] {3, 4, 5});
            Tensor three = reader.read(new int[] {3, 4, 5});
            assertThat(three.shape()).isEqualTo(Shape.of(3, 2));
            assertThat(three.toArray()).containsExactly(3, 30, 4, 40, 5, 50);
            reader.readAhead(new int[] {6});
            // a batch holds until the next one is read, also while that is read ahead
            assertThat(three.toArray()).containsExactly(3, 30, 4, 40, 5, 50);
            assertThat(reader.read(new int[] {6}).toArray()).containsExactly(6, 60);
            // something else was wanted after all
            reader.readAhead(new int[] {7, 8});
            assertThat(reader.read(new int[] {9, 8}).toArray()).containsExactly(9, 90, 8, 80);
            assertThat(numbers.readers.stream().anyMatch(thread -> thread != Thread.currentThread()))
                    .isEqualTo(onDisk);
        }
    }

    @Test
    void whatGoesWrongInTheBackgroundIsThrownWhereItIsWanted() {
        BatchReader reader = new BatchReader(new Numbers(true), Backend.cpu());
        reader.readAhead(new int[] {-1});
        assertThatThrownBy(() -> reader.read(new int[] {-1}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the disk is broken");
        assertThat(reader.read(new int[] {1}).toArray()).containsExactly(1, 10);
    }
}

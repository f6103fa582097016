package io.github.grisaille.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.AdamStep;
import io.github.grisaille.tensor.Affine;
import io.github.grisaille.tensor.Epilogue;
import io.github.grisaille.tensor.Factor;
import io.github.grisaille.tensor.Moments;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** How launches wait, join each other and fail. */
class CudaLaunchesTest extends CudaFresh {
    @Test
    void oneLaunchForAllParametersAndForTheirGuards() {
        CudaStandIn.itselfOrSkip();
        List<Tensor> tensors = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Tensor tensor = cuda.empty(Shape.of(700 + i));
            cuda.fill(i, tensor);
            tensors.add(tensor);
        }
        Tensor flags = cuda.empty(Shape.of(5));
        cuda.fill(0, flags);
        cuda.synchronize();
        long before = CudaStandIn.launches();
        AdamStep step = new AdamStep(0.01f, 0.9f, 0.99f, 1e-8f, 0.1f, 0.01f, 0);
        for (int i = 0; i < 20; i += 4) {
            cuda.adam(step, tensors.get(i), tensors.get(i), tensors.get(i), tensors.get(i));
        }
        for (int i = 0; i < 5; i++) {
            cuda.flagNonFinite(tensors.get(i), 7, i, flags);
        }
        for (Tensor tensor : tensors) {
            cuda.scale(tensor, 2, tensor);
        }
        Tensor y = cuda.empty(Shape.of(2, 3));
        Tensor z = cuda.empty(Shape.of(2, 3));
        Tensor ones = cuda.tensor(new float[] {1, 1, 1, 1, 1, 1}, Shape.of(2, 3));
        cuda.matmul(Factor.of(ones), Factor.of(ones.reshape(3, 2)), cuda.empty(Shape.of(2, 2)));
        cuda.matmul(Factor.of(ones.reshape(2, 3)), Factor.of(cuda.tensor(new float[9], Shape.of(3, 3))), y);
        cuda.activate(new Activation(Activation.Kind.SIGMOID), y, z);
        assertThat(z.toArray()).containsOnly(0.5f);
        assertThat(CudaStandIn.launches() - before)
                .as("one launch each of Adam, the guards, and small operations, and two products")
                .isEqualTo(5);
    }

    /** The activation would overwrite a factor of the product, or the gain of the normalisation, while other threads still read it. */
    @Test
    void anActivationDoesNotJoinALaunchThatReadsItsPlace() {
        int rows = 100;
        int columns = 300;
        Tensor a = cuda.tensor(CudaBench.whole(7, rows * columns), Shape.of(rows, columns));
        Tensor b = cuda.tensor(CudaBench.whole(8, columns * columns), Shape.of(columns, columns));
        Tensor c = cuda.empty(a.shape());
        Tensor apart = cuda.empty(a.shape());
        Activation relu = new Activation(Activation.Kind.RELU);
        cuda.matmul(Factor.of(a), Factor.of(b), c);
        cuda.synchronize();
        cuda.activate(relu, c, apart);
        float[] expected = apart.toArray();
        cuda.matmul(Factor.of(a), Factor.of(b), c);
        cuda.activate(relu, c, a);
        assertThat(a.toArray()).containsExactly(expected);

        Tensor one = cuda.tensor(new float[] {2, 2, 2}, Shape.of(3));
        Tensor gain = cuda.tensor(new float[] {1, 2, 3}, Shape.of(3));
        Tensor x = cuda.tensor(new float[] {3, 3, 3}, Shape.of(1, 3));
        Tensor y = cuda.empty(x.shape());
        cuda.normalizeColumns(x, new Moments(one, one, 2), new Affine(gain, one), y);
        cuda.activate(relu, y, gain.reshape(1, 3));
        assertThat(gain.toArray()).containsExactly(2.5f, 3, 3.5f);
    }

    /** Also if several blocks sum for one tile, and if there are several tiles. */
    @Test
    void anActivationInPlaceIsPartOfItsProduct() {
        Activation relu = new Activation(Activation.Kind.RELU);
        for (int[] size : new int[][] {{9, 20, 50}, {9, 20, 5_000}, {300, 300, 70}}) {
            Tensor a = cuda.tensor(CudaBench.whole(7, size[0] * size[2]), Shape.of(size[0], size[2]));
            Tensor b = cuda.tensor(CudaBench.whole(8, size[2] * size[1]), Shape.of(size[2], size[1]));
            Tensor c = cuda.empty(Shape.of(size[0], size[1]));
            Tensor apart = cuda.empty(c.shape());
            cuda.matmul(Factor.of(a), Factor.of(b), c);
            cuda.synchronize();
            cuda.activate(relu, c, apart);
            float[] expected = apart.toArray();
            cuda.synchronize();
            long before = cuda.kernelsLaunched();
            cuda.matmul(Factor.of(a), Factor.of(b), Epilogue.activation(relu), Write.REPLACE, c);
            cuda.synchronize();
            assertThat(cuda.kernelsLaunched() - before).isEqualTo(1);
            assertThat(c.toArray()).containsExactly(expected).contains(0);
        }
    }

    /** Otherwise the activation could get the factor's memory while it can still join the launch that reads the factor. */
    @Test
    void whatAWaitingProductReadsIsHeldUntilItsActivationIsKnown() throws InterruptedException {
        Tensor b = cuda.tensor(CudaBench.whole(8, 300 * 300), Shape.of(300, 300));
        Tensor c = cuda.empty(Shape.of(100, 300));
        long address = product(b, c);
        for (int i = 0; i < 5; i++) {
            System.gc();
            Thread.sleep(20);
        }
        Tensor early = cuda.empty(c.shape());
        assertThat(CudaMemory.address(early)).isNotEqualTo(address);
        cuda.fill(0, b);
        for (int i = 0; i < 5; i++) {
            System.gc();
            Thread.sleep(20);
        }
        assertThat(CudaMemory.address(cuda.empty(c.shape())))
                .isEqualTo(address)
                .isNotEqualTo(CudaMemory.address(early));
    }

    /** The address of a factor that nobody holds any more. */
    private long product(Tensor b, Tensor c) {
        Tensor a = cuda.empty(c.shape());
        cuda.fill(1, a);
        cuda.matmul(Factor.of(a), Factor.of(b), c);
        return CudaMemory.address(a);
    }

    /** The records fill a set several times. */
    @Test
    void manySmallOperationsAreAllDone() {
        Tensor x = cuda.empty(Shape.of(3));
        Tensor one = cuda.empty(Shape.of(3));
        cuda.fill(0, x);
        cuda.fill(1, one);
        for (int i = 0; i < 30_000; i++) {
            cuda.add(x, one, x);
        }
        assertThat(x.toArray()).containsOnly(30_000);
    }

    /** The products need memory for partial sums, which grows while other threads use it. */
    @Test
    void severalThreadsUseOneBackend() throws InterruptedException {
        List<Integer> widths = List.of(70, 140, 200, 260);
        Map<Integer, float[]> actual = new ConcurrentSkipListMap<>();
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int width : widths) {
            threads.add(new Thread(() -> {
                try {
                    start.await();
                } catch (InterruptedException stopped) {
                    return;
                }
                for (int i = 0; i < 2; i++) {
                    actual.put(width, productAndSums(width));
                }
            }));
        }
        threads.forEach(Thread::start);
        start.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(actual).hasSameSizeAs(widths);
        actual.forEach(
                (width, values) -> assertThat(values).as("width " + width).containsExactly(productAndSums(width)));
    }

    private float[] productAndSums(int width) {
        int terms = 4099;
        Tensor a = cuda.tensor(CudaBench.whole(width, 2 * terms), Shape.of(2, terms));
        Tensor b = cuda.tensor(CudaBench.whole(width + 1, terms * width), Shape.of(terms, width));
        Tensor c = cuda.empty(Shape.of(2, width));
        Tensor sums = cuda.empty(Shape.of(width));
        Activation relu = new Activation(Activation.Kind.RELU);
        cuda.matmul(Factor.of(a), Factor.of(b), Epilogue.activation(relu), Write.REPLACE, c);
        cuda.columnSums(c, Write.REPLACE, sums);
        cuda.add(sums, sums, sums);
        return sums.toArray();
    }

    @Test
    void aFailedLaunchNamesItsKernelAndShape() {
        CudaStandIn.itselfOrSkip();
        Tensor x = cuda.empty(Shape.of(3, 5));
        cuda.fill(1, x);
        cuda.synchronize();
        CudaStandIn.failingLaunch(1);
        cuda.clamp(x, 0, 1, x);
        assertThatThrownBy(x::toArray)
                .isInstanceOf(CudaFailure.class)
                .hasMessageStartingWith(
                        "the kernel clamp, which makes 3×5 on 1 × 1 blocks, failed: CUDA_ERROR_LAUNCH_FAILED");
        assertThat(x.toArray()).as("the backend goes on").containsOnly(1);
    }

    /** The driver ends the capture with another error, which must not hide this one. */
    @Test
    void aFailedLaunchInAGraphNamesItsKernelToo() {
        CudaStandIn.itselfOrSkip();
        Tensor x = cuda.empty(Shape.of(3, 5));
        cuda.fill(1, x);
        for (int time = 1; time <= 3; time++) {
            cuda.synchronize();
            CudaStandIn.failingLaunch(time == 2 ? 2 : 0);
            cuda.activate(new Activation(Activation.Kind.RELU), x, x);
            cuda.clamp(x, 0, 1, x);
            if (time == 2) {
                assertThatThrownBy(x::toArray).hasMessageStartingWith("the kernel clamp, which makes 3×5 on 1 × 1");
            } else {
                assertThat(x.toArray()).containsOnly(1);
            }
        }
        assertThat(cuda.graphsLaunched()).isEqualTo(1);
    }

    /** The stand-in works only when somebody waits, so a place that is written again too early gives wrong values. */
    @Test
    void manyBatchesOnTheirWayAtOnceDoNotMeet() {
        Tensor x = cuda.empty(Shape.of(1000));
        Tensor sums = cuda.empty(Shape.of(20, 1000));
        cuda.fill(0, sums);
        for (int i = 0; i < 20; i++) {
            float[] values = new float[1000];
            Arrays.fill(values, i + 1);
            cuda.write(values, x);
            Arrays.fill(values, -1);
            cuda.copyColumns(x.reshape(1, 1000), 0, sums.reshape(1, 20_000), 1000 * i, 1000);
        }
        float[] all = sums.toArray();
        for (int i = 0; i < all.length; i++) {
            assertThat(all[i]).as("value " + i).isEqualTo(i / 1000 + 1);
        }
    }
}

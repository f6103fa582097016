package io.github.grisaille.backend.cuda;

import static io.github.grisaille.nn.Layers.dense;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.tanh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.data.LatentWalk;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.oracle.Samples;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.train.Latent;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The words of a tensor compute on the GPU, and what they make stays there. */
class CudaTensorWordsTest {
    private static CudaBackend cuda;

    @BeforeAll
    static void open() {
        CudaStandIn.orSkip();
        cuda = new CudaBackend(CudaPrecision.FLOAT32);
    }

    @AfterAll
    static void close() {
        if (cuda != null) {
            cuda.close();
        }
    }

    private static void sameOnBoth(UnaryOperator<Tensor> word) {
        Tensor x = Samples.normal(1, 5, 4, 3, 2);
        Tensor made = word.apply(x.to(cuda));
        Tensor wanted = word.apply(x);
        assertThat(made.backend()).isSameAs(cuda);
        assertThat(made.shape()).isEqualTo(wanted.shape());
        assertThat(made.toArray()).containsExactly(wanted.toArray(), within(1e-5f));
    }

    @Test
    void arithmeticAndSlicesStayOnTheGpu() {
        sameOnBoth(x -> x.plus(x.row(0)));
        sameOnBoth(x -> x.minus(x.mean(0)));
        sameOnBoth(x -> x.times(x).times(-2).plus(0.5).minus(1));
        sameOnBoth(x -> x.rows(1, 4).rows(new int[] {2, 0}));
        sameOnBoth(x -> x.first(2).flipped());
        sameOnBoth(x -> x.flipped(-1));
        sameOnBoth(x -> Tensor.concat(1, x, x.flipped(0)));
        sameOnBoth(x -> x.sum(1));
    }

    @Test
    void totalsAndTextAreThoseOfTheCpu() {
        Tensor x = Samples.normal(1, 5, 4);
        Tensor y = x.to(cuda);
        assertThat(y.min()).isEqualTo(x.min());
        assertThat(y.max()).isEqualTo(x.max());
        assertThat(y.mean()).isCloseTo(x.mean(), within(1e-6f));
        assertThat(y.norm()).isCloseTo(x.norm(), within(1e-5f));
        assertThat(y.closeTo(y.plus(1), 1.001)).isTrue();
        assertThat(y).hasToString(x.toString());
    }

    @Test
    void aGeneratorOnTheGpuMakesItsSamplesThere() {
        Sequential generator = sequential(dense(3, 8), tanh(), dense(8, 2)).initialize(1);
        Tensor wanted = generator.sample(300, 2);
        Tensor walk = LatentWalk.spherical(Samples.normal(1, 3), Samples.normal(2, 3), 4);
        generator.to(cuda);
        Tensor samples = generator.sample(300, 2);
        assertThat(samples.backend()).isSameAs(cuda);
        assertThat(samples.toArray()).containsExactly(wanted.toArray(), within(1e-5f));
        assertThat(Latent.normal(3).sample(generator, 300, 2).toArray()).containsExactly(samples.toArray());
        Tensor there = LatentWalk.spherical(
                Samples.normal(1, 3).to(cuda), Samples.normal(2, 3).to(cuda), 4);
        assertThat(there.backend()).isSameAs(cuda);
        assertThat(there.toArray()).containsExactly(walk.toArray(), within(1e-5f));
    }
}

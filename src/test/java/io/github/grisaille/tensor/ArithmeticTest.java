package io.github.grisaille.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.grisaille.backend.cpu.JavaBackend;
import io.github.grisaille.oracle.Samples;
import org.junit.jupiter.api.Test;

class ArithmeticTest {
    private static final Tensor X = Tensor.of(new double[][] {{1, 2, 3}, {4, 5, 6}});
    private static final Tensor ROW = Tensor.of(new float[] {10, 20, 30}, 3);
    private static final Tensor COLUMN = Tensor.of(new float[] {2, -1}, 2, 1);

    @Test
    void tensorsOfOneShapeMeetValueByValue() {
        assertThat(X.plus(X).toArray()).containsExactly(2, 4, 6, 8, 10, 12);
        assertThat(X.minus(X).toArray()).containsOnly(0);
        assertThat(X.times(X).toArray()).containsExactly(1, 4, 9, 16, 25, 36);
    }

    @Test
    void aSmallTensorIsBroadcastAsInNumPy() {
        assertThat(X.plus(ROW).toArray()).containsExactly(11, 22, 33, 14, 25, 36);
        assertThat(X.minus(ROW).toArray()).containsExactly(-9, -18, -27, -6, -15, -24);
        assertThat(ROW.minus(X).toArray()).containsExactly(9, 18, 27, 6, 15, 24);
        assertThat(X.times(COLUMN).toArray()).containsExactly(2, 4, 6, -4, -5, -6);
        assertThat(ROW.times(COLUMN).toArray()).containsExactly(20, 40, 60, -10, -20, -30);
        assertThat(ROW.times(COLUMN).shape()).isEqualTo(Shape.of(2, 3));
        assertThat(X.plus(Tensor.full(1)).shape()).isEqualTo(X.shape());
    }

    @Test
    void aNumberMeetsEveryValue() {
        assertThat(X.plus(1).toArray()).containsExactly(2, 3, 4, 5, 6, 7);
        assertThat(X.minus(0.5f).toArray()).containsExactly(0.5f, 1.5f, 2.5f, 3.5f, 4.5f, 5.5f);
        assertThat(X.times(-2).toArray()).containsExactly(-2, -4, -6, -8, -10, -12);
    }

    @Test
    void theOperandsStayAsTheyAre() {
        Tensor a = Samples.normal(1, 4, 3);
        Tensor b = Samples.normal(2, 3);
        float[] before = a.toArray();
        a.plus(b).times(a).minus(1);
        assertThat(a.toArray()).containsExactly(before);
    }

    @Test
    void sumsAndMeansGoAlongAnyAxis() {
        assertThat(X.sum(0).toArray()).containsExactly(5, 7, 9);
        assertThat(X.sum(1).toArray()).containsExactly(6, 15);
        assertThat(X.mean(-1).toArray()).containsExactly(2, 5);
        assertThat(X.mean(0).shape()).isEqualTo(Shape.of(3));
        Tensor images = Samples.normal(1, 5, 4, 3, 2);
        assertThat(images.sum(2).shape()).isEqualTo(Shape.of(5, 4, 2));
        assertThat(images.sum(2).sum()).isCloseTo(images.sum(), within(1e-4f));
        assertThat(images.row(0).sum(0).closeTo(images.sum(1).row(0), 1e-5)).isTrue();
        assertThat(ROW.sum(0).item()).isEqualTo(60);
        assertThat(ROW.mean(0).shape()).isEqualTo(Shape.of());
    }

    @Test
    void theLeastAndTheGreatestValueAreFound() {
        assertThat(X.min()).isEqualTo(1);
        assertThat(X.max()).isEqualTo(6);
        assertThat(X.times(Float.NaN).max()).isNaN();
    }

    @Test
    void tensorsAreComparedPlaceByPlace() {
        Tensor near = X.plus(Tensor.of(new double[][] {{0, 0, -0.25}, {0.125, 0, 0}}));
        assertThat(X.maxDifference(near)).isEqualTo(0.25f);
        assertThat(near.maxDifference(X)).isEqualTo(0.25f);
        assertThat(X.closeTo(near, 0.25)).isTrue();
        assertThat(X.closeTo(near, 0.2)).isFalse();
        assertThat(X.closeTo(X.times(Double.NaN), 1e9)).isFalse();
        assertThat(X.closeTo(X, 0)).isTrue();
    }

    @Test
    void whatDoesNotFitIsRefused() {
        assertThatThrownBy(() -> X.plus(Samples.normal(1, 2)))
                .hasMessageContaining("got 2×3 and 2, which have 3 and 2 at axis -1");
        assertThatThrownBy(() -> X.closeTo(ROW, 1))
                .hasMessage("values are compared one by one, so both tensors need one shape; got 2×3 and 3: reshape"
                        + " one, or take rows of it");
        assertThatThrownBy(() -> X.closeTo(X, -1)).hasMessage("a tolerance must be at least 0; got -1.0");
        assertThatThrownBy(() -> X.sum(2)).hasMessageContaining("there is no axis 2");
        JavaBackend other = new JavaBackend(1);
        Tensor elsewhere = X.to(other);
        assertThatThrownBy(() -> X.plus(elsewhere))
                .hasMessageStartingWith("plus needs tensors of one backend; got one on ")
                .hasMessageEndingWith("move one, as in b.to(a.backend())");
        assertThat(elsewhere.plus(elsewhere).backend()).isSameAs(other);
        assertThatThrownBy(() -> Tensor.concat(X, elsewhere)).hasMessageContaining("concat needs tensors of one");
    }
}

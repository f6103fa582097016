package io.github.grisaille.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ConvGeometryTest {
    @Test
    void aWindowIsWrittenFromItsKernelOn() {
        ConvGeometry g = ConvGeometry.kernel(3, 5)
                .stride(2, 1)
                .padding(1, 2)
                .dilation(2, 3)
                .groups(4)
                .outputPadding(1, 0);
        assertThat(g)
                .isEqualTo(new ConvGeometry(
                        new HeightWidth(3, 5),
                        new HeightWidth(2, 1),
                        new HeightWidth(1, 2),
                        new HeightWidth(2, 3),
                        new HeightWidth(1, 0),
                        4));
        assertThat(ConvGeometry.kernel(3, 3).stride(2).padding(1)).isEqualTo(ConvGeometry.square(3, 2, 1));
        assertThat(ConvGeometry.square(3, 2, 1)).isEqualTo(new ConvGeometry(3, 3, 2, 2, 1, 1));
    }

    @Test
    void itsTextNamesDilationGroupsAndOutputPaddingOnlyWhereTheyAreSet() {
        assertThat(ConvGeometry.square(4, 2, 1)).hasToString("4×4, stride 2, padding 1");
        assertThat(new ConvGeometry(1, 3, 1, 2, 0, 1)).hasToString("1×3, stride 1×2, padding 0×1");
        assertThat(ConvGeometry.square(3, 1, 2).dilation(2).groups(4))
                .hasToString("3×3, stride 1, padding 2, dilation 2, groups 4");
        assertThat(ConvGeometry.square(3, 2, 1).outputPadding(1, 0))
                .hasToString("3×3, stride 2, padding 1, output padding 1×0");
    }

    /** Three taps, two pixels apart, span five pixels. On seven pixels they have three places, or two with stride 2. */
    @Test
    void dilationWidensTheWindow() {
        ConvGeometry g = ConvGeometry.kernel(3, 3).dilation(2);
        assertThat(g.spanHeight()).isEqualTo(5);
        assertThat(g.outputHeight(7)).isEqualTo(3);
        assertThat(g.stride(2).outputWidth(7)).isEqualTo(2);
        assertThat(g.outputHeight(4)).isZero();
        assertThat(g.transposedHeight(3)).isEqualTo(7);
        assertThat(g.stride(2).outputPadding(0, 1).transposedWidth(2)).isEqualTo(8);
        assertThat(g.stride(2).outputPadding(0, 1).transposedHeight(2)).isEqualTo(7);
    }

    @Test
    void refusesWhatIsNoWindow() {
        ConvGeometry g = ConvGeometry.square(3, 2, 1);
        assertThatThrownBy(() -> ConvGeometry.kernel(0, 3)).hasMessage("a kernel must be at least 1×1; got 0×3");
        assertThatThrownBy(() -> g.stride(1, 0)).hasMessage("a stride must be at least 1; got 1×0");
        assertThatThrownBy(() -> g.padding(-1)).hasMessage("a padding must be at least 0; got -1×-1");
        assertThatThrownBy(() -> g.dilation(0)).hasMessage("a dilation must be at least 1; got 0×0");
        assertThatThrownBy(() -> g.groups(0)).hasMessage("the number of groups must be at least 1; got 0");
        assertThatThrownBy(() -> g.outputPadding(-1)).hasMessage("an output padding must be at least 0; got -1×-1");
        assertThatThrownBy(() -> g.outputPadding(0, 2))
                .hasMessage("an output padding must be less than the stride or the dilation; got 0×2 with stride 2 and"
                        + " dilation 1: make it smaller, or set stride and dilation first");
        assertThat(g.dilation(3).outputPadding(2).outputPadding()).isEqualTo(HeightWidth.both(2));
    }
}

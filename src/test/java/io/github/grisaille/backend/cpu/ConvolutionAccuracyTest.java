package io.github.grisaille.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.grisaille.backend.cpu.ConvolutionAccuracy.Line;
import io.github.grisaille.backend.cpu.ConvolutionAccuracy.Subject;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How much a Winograd form may round: its error is compared with that of the direct convolution. */
class ConvolutionAccuracyTest {
    /** The shapes of the networks, in small batches that suit their form. */
    static Stream<Subject> subjects() {
        List<Subject> all = ConvolutionAccuracy.SUBJECTS;
        return Stream.of(
                all.get(0).batch(12),
                all.get(1).batch(48),
                all.get(2).batch(24),
                all.get(3).batch(2));
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void winogradRoundsAFewTimesAsMuchAsTheDirectConvolution(Subject subject) {
        double largest = switch (subject.form()) {
            case F2_2 -> 3;
            case F4_2 -> 12;
            case F2_5 -> 50;
        };
        double mean = switch (subject.form()) {
            case F2_2 -> 2.5;
            case F4_2 -> 7;
            case F2_5 -> 13;
        };
        for (Line line : ConvolutionAccuracy.measure(subject, LoopChoice.best())) {
            assertThat(line.winograd().largest())
                    .as("largest error of %s", line)
                    .isLessThan(largest * line.direct().largest())
                    .isLessThan(2e-4);
            assertThat(line.winograd().mean())
                    .as("mean error of %s", line)
                    .isLessThan(mean * line.direct().mean())
                    .isLessThan(4e-6);
        }
    }
}

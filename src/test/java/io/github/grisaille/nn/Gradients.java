package io.github.grisaille.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** The gradients of all parameters of a layer, for tests that compare them. */
final class Gradients {
    private Gradients() {}

    static List<float[]> gradients(Layer layer) {
        return layer.parameters().stream()
                .map(parameter -> parameter.gradient().toArray())
                .toList();
    }

    static void clear(Layer layer) {
        layer.parameters().forEach(Parameter::clearGradient);
    }

    static void assertSame(List<float[]> actual, List<float[]> expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.size(); i++) {
            assertThat(actual.get(i)).containsExactly(expected.get(i));
        }
    }
}

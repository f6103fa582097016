package io.github.grisaille.nn;

import io.github.grisaille.tensor.Affine;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Write;
import java.util.List;

/**
 * The gain and the shift that follow a normalisation: two parameters, or the constants 1 and 0 in a layer without
 * affine map. Constants are no state of the layer. They are made on the backend of the values that they meet.
 */
final class GainAndShift {
    /** Writes the gradients of gain and shift: it adds to the old values or replaces them. */
    interface GradientWriter {
        void write(Write write, Affine gradients);
    }

    private final Shape shape;
    private final Parameter gain;
    private final Parameter shift;
    private Affine constants;

    private GainAndShift(Shape shape, Parameter gain, Parameter shift) {
        this.shape = shape;
        this.gain = gain;
        this.shift = shift;
    }

    static GainAndShift trained(Shape shape, Initializer initializer) {
        return new GainAndShift(
                shape,
                new Parameter("gain", Parameter.Role.GAIN, shape, 1, 1, initializer),
                new Parameter("shift", Parameter.Role.SHIFT, shape, 1, 1, initializer));
    }

    static GainAndShift constant(Shape shape) {
        return new GainAndShift(shape, null, null);
    }

    boolean trained() {
        return gain != null;
    }

    /** The addition to a layer's name. */
    String note() {
        return trained() ? "" : ", no affine";
    }

    Affine on(Backend backend) {
        return trained() ? new Affine(gain.value(), shift.value()) : constants(backend);
    }

    /** Synchronised: if several threads use a new network at the same time, every thread sees all values. */
    private synchronized Affine constants(Backend backend) {
        if (constants == null || constants.gain().backend() != backend) {
            Affine made = new Affine(backend.empty(shape), backend.empty(shape));
            backend.fill(1, made.gain());
            backend.fill(0, made.shift());
            constants = made;
        }
        return constants;
    }

    /** Calls the writer of both gradients, unless they are constants or frozen. */
    void accumulate(GradientWriter writer) {
        if (trained()) {
            gain.accumulate((write, dGain) ->
                    shift.accumulate((same, dShift) -> writer.write(write, new Affine(dGain, dShift))));
        }
    }

    void accumulateGain(Parameter.GradientWriter writer) {
        if (trained()) {
            gain.accumulate(writer);
        }
    }

    void accumulateShift(Parameter.GradientWriter writer) {
        if (trained()) {
            shift.accumulate(writer);
        }
    }

    List<Parameter> parameters() {
        return trained() ? List.of(gain, shift) : List.of();
    }
}

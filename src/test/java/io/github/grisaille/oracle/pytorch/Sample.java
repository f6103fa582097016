package io.github.grisaille.oracle.pytorch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One sample of PyTorch: the arguments of a module or an operator, with PyTorch's results. */
@SuppressWarnings("unchecked")
final class Sample {
    /** Results may differ by this share of the largest value, and by this much at least. */
    private static final double TOLERANCE = 1e-4;

    private final Map<String, Object> map;
    private final List<Object> arguments;
    private final Map<String, Object> options;
    private double worst;

    Sample(Map<String, Object> map) {
        this.map = map;
        boolean module = module();
        arguments = new ArrayList<>((List<Object>) map.get(module ? "create" : "args"));
        options = (Map<String, Object>) map.get(module ? "options" : "kwargs");
    }

    boolean module() {
        return "module".equals(map.get("source"));
    }

    /** For example {@code nn.Conv2d} or {@code nn.functional.interpolate/bilinear}. */
    String name() {
        String variant = (String) map.get("variant");
        return map.get("name") + (variant.isEmpty() ? "" : "/" + variant);
    }

    /** The inputs of a module's forward. */
    List<Object> inputs() {
        return (List<Object>) map.get("args");
    }

    /**
     * An option of a module or operator.
     *
     * @param place its place among the positional arguments
     */
    <T> T option(int place, String name, T otherwise) {
        Object value = place < arguments.size() ? arguments.get(place) : options.getOrDefault(name, otherwise);
        if (value == null) {
            return null;
        }
        return (T) value;
    }

    /** An option that samples give by its name only. */
    <T> T named(String name, T otherwise) {
        return option(Integer.MAX_VALUE, name, otherwise);
    }

    int integer(int place, String name, int otherwise) {
        return ((Number) option(place, name, (Object) (double) otherwise)).intValue();
    }

    double number(int place, String name, double otherwise) {
        Object value = option(place, name, (Object) otherwise);
        if (!(value instanceof Number number)) {
            throw new NotExpressed(name + " is no number");
        }
        return number.doubleValue();
    }

    /** Two numbers, one for each direction. One number stands for both. */
    int[] pair(int place, String name, Integer otherwise) {
        Object value = option(place, name, (Object) null);
        if (value instanceof String text) {
            throw new NotExpressed(name + " " + text);
        }
        if (value instanceof List<?> list) {
            if (list.isEmpty()) {
                return null;
            }
            int last = ((Number) list.get(list.size() - 1)).intValue();
            return new int[] {((Number) list.get(0)).intValue(), last};
        }
        Number both = value == null ? otherwise : (Number) value;
        return both == null ? null : new int[] {both.intValue(), both.intValue()};
    }

    /** A tensor among the positional arguments or options; null if there is none. */
    Nd tensorOption(int place, String name) {
        Object value = option(place, name, null);
        return value == null ? null : Nd.of(value);
    }

    /** A tensor that the forward takes. */
    Nd input(int place) {
        List<Object> inputs = inputs();
        if (place >= inputs.size() || !Nd.isTensor(inputs.get(place))) {
            throw new NotExpressed("no tensor");
        }
        return Nd.of(inputs.get(place));
    }

    /** A parameter or buffer of a module before the forward; null if there is none. */
    Nd state(String name) {
        Object value = ((Map<String, Object>) map.get("state")).get(name);
        return value == null ? null : Nd.of(value);
    }

    /** What PyTorch computed: the first tensor if there are several. */
    Nd out() {
        return out(0);
    }

    Nd out(int place) {
        Object out = map.get("out");
        return Nd.of(out instanceof List<?> list ? list.get(place) : out);
    }

    /** The gradient for the result with which PyTorch computed all other gradients; null if it computed none. */
    Nd dy() {
        return map.get("dy") == null ? null : Nd.of(map.get("dy"));
    }

    boolean empty() {
        return empty(map.get("args")) || empty(map.get("kwargs")) || empty(map.get("out")) || empty(map.get("create"));
    }

    private static boolean empty(Object value) {
        if (Nd.isTensor(value)) {
            return Nd.of(value).values().length == 0;
        }
        return value instanceof List<?> list
                ? list.stream().anyMatch(Sample::empty)
                : value instanceof Map<?, ?> inner && inner.values().stream().anyMatch(Sample::empty);
    }

    /** Fails if two results differ by more than rounding. */
    void compare(String what, Nd got, Nd wanted) {
        compare(what, got.values(), wanted.values());
    }

    void compare(String what, double[] got, double[] wanted) {
        if (got.length != wanted.length) {
            throw new AssertionError(what + " has " + got.length + " values; wanted " + wanted.length);
        }
        double largest = 1;
        for (double value : wanted) {
            largest = Double.isFinite(value) ? Math.max(largest, Math.abs(value)) : largest;
        }
        for (int i = 0; i < got.length; i++) {
            if (Double.isFinite(wanted[i])) {
                double error = Math.abs(got[i] - wanted[i]) / largest;
                worst = Math.max(worst, error);
                if (!(error <= TOLERANCE)) {
                    throw new AssertionError(what + " at " + i + " is " + got[i] + "; wanted " + wanted[i]);
                }
            } else if (Double.compare(got[i], wanted[i]) != 0) {
                throw new AssertionError(what + " at " + i + " is " + got[i] + "; wanted " + wanted[i]);
            }
        }
    }

    /** The largest error so far, as a share of the largest value. */
    double worst() {
        return worst;
    }
}

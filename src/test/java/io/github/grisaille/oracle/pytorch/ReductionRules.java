package io.github.grisaille.oracle.pytorch;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Sums, means, norms, variances, maxima and minima. Only values are compared, as in {@link TensorRules}. */
final class ReductionRules {
    private static final Backend CPU = Backend.cpu();

    private ReductionRules() {}

    static void addTo(Map<String, Consumer<Sample>> rules) {
        rules.put("sum", s -> total(s, x -> x));
        rules.put("mean", s -> total(s, x -> x.times((double) s.out().values().length / x.size())));
        rules.put("norm/fro", s -> total(s, ReductionRules::norm));
        for (String most : List.of("amax", "max/reduction_no_dim")) {
            rules.put(most, s -> extreme(s, x -> Tensor.full(x.max(), 1)));
        }
        for (String least : List.of("amin", "min/reduction_no_dim")) {
            rules.put(least, s -> extreme(s, x -> Tensor.full(x.min(), 1)));
        }
        rules.put("linalg.vector_norm", s -> {
            if (s.number(1, "ord", 2) != 2) {
                throw new NotExpressed("another norm than the Euclidean one");
            }
            total(s, ReductionRules::norm);
        });
        rules.put("norm", s -> {
            Object kind = s.option(1, "p", (Object) "fro");
            if (!"fro".equals(kind) && !Double.valueOf(2).equals(kind)) {
                throw new NotExpressed("another norm than the Euclidean one");
            }
            total(s, ReductionRules::norm);
        });
        for (String kind : List.of("var", "std", "var_mean", "std_mean")) {
            rules.put(kind, s -> moments(s, kind));
            rules.put(kind + "/unbiased", s -> moments(s, kind));
        }
    }

    /** The extents with 1 at the axes that are summed; all axes are summed if none is named. */
    private static int[] kept(Sample s) {
        int[] axes = axes(s, "dim");
        int[] shape = s.input(0).shape().clone();
        if (axes == null || axes.length == 0) {
            Arrays.fill(shape, 1);
        } else {
            for (int axis : axes) {
                if (shape.length > 0) {
                    shape[axis] = 1;
                }
            }
        }
        return shape;
    }

    private static Tensor summed(Tensor x, int[] kept) {
        Tensor y = CPU.empty(Shape.of(kept));
        CPU.sumOver(x, Write.REPLACE, y);
        return y;
    }

    private static void total(Sample s, UnaryOperator<Tensor> operator) {
        int[] kept = kept(s);
        boolean all = Arrays.stream(kept).allMatch(extent -> extent == 1);
        TensorRules.values(s, x -> operator == null ? x : finish(s, operator, x, kept));
    }

    private static Tensor finish(Sample s, UnaryOperator<Tensor> operator, Tensor x, int[] kept) {
        if (s.name().contains("norm")) {
            return operator.apply(summed(x.times(x), kept));
        }
        Tensor sum = summed(x, kept);
        return s.name().equals("mean") ? sum.times((double) sum.size() / x.size()) : sum;
    }

    /** The root of sums of squares. */
    private static Tensor norm(Tensor squares) {
        return squares.times(inverseRoot(squares));
    }

    private static void extreme(Sample s, UnaryOperator<Tensor> operator) {
        if (Arrays.stream(kept(s)).anyMatch(extent -> extent > 1)) {
            throw new NotExpressed("maxima and minima along an axis");
        }
        TensorRules.values(s, operator);
    }

    /** Σ (x − mean)² / (n − correction), its root, and the mean. */
    private static void moments(Sample s, String kind) {
        Nd given = s.input(0);
        boolean unbiasedOnly = s.name().endsWith("/unbiased");
        int[] kept = given.shape().clone();
        if (unbiasedOnly) {
            Arrays.fill(kept, 1);
        } else {
            kept = kept(s);
        }
        int count = given.values().length / Shape.of(kept).size();
        Object unbiased = unbiasedOnly ? s.inputs().get(1) : s.option(2, "unbiased", (Object) true);
        Object correction = s.named("correction", (Object) null);
        double less = correction != null ? ((Number) correction).doubleValue() : Boolean.FALSE.equals(unbiased) ? 0 : 1;
        if (count <= less) {
            throw new NotExpressed("a variance of too few values");
        }
        Tensor x = given.tensor();
        Tensor mean = summed(x, kept).times(1.0 / count);
        Tensor apart = x.minus(mean);
        Tensor variance = summed(apart.times(apart), kept).times(1 / (count - less));
        boolean root = kind.startsWith("std");
        s.compare(
                "the result",
                Nd.of(root ? norm(variance) : variance).values(),
                s.out().values());
        if (kind.endsWith("mean")) {
            s.compare("the mean", Nd.of(mean).values(), s.out(1).values());
        }
    }

    static int[] axes(Sample s, String name) {
        int[] axes = axes(s, s.name().contains("norm") ? 2 : 1, name);
        int rank = s.input(0).rank();
        return axes == null
                ? null
                : Arrays.stream(axes).map(axis -> axis < 0 ? axis + rank : axis).toArray();
    }

    /** One number or a list of them; null if there is none. */
    static int[] axes(Sample s, int place, String name) {
        Object value = s.option(place, name, (Object) null);
        if (value == null) {
            return null;
        }
        List<?> all = value instanceof List<?> list ? list : List.of(value);
        return all.stream().mapToInt(each -> ((Number) each).intValue()).toArray();
    }

    static Tensor inverseRoot(Tensor x) {
        Tensor y = CPU.empty(x.shape());
        CPU.inverseRoot(x, 0, y);
        return y;
    }
}

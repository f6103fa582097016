package io.github.grisaille.oracle.pytorch;

import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Factor;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Operators on tensors. Only their values are compared, because a tensor of the library records no gradient. */
final class TensorRules {
    private static final Backend CPU = Backend.cpu();

    private TensorRules() {}

    static void addTo(Map<String, Consumer<Sample>> rules) {
        elementwise(rules);
        shapes(rules);
        for (String product : List.of("mm", "mv", "matmul", "dot", "inner", "outer")) {
            rules.put(product, TensorRules::product);
        }
        rules.put("addmm", TensorRules::productAndSum);
        rules.put("addmm/decomposed", TensorRules::productAndSum);
    }

    private static void elementwise(Map<String, Consumer<Sample>> rules) {
        rules.put(
                "exp",
                s -> values(s, x -> {
                    Tensor y = CPU.empty(x.shape());
                    CPU.activate(new Activation(Activation.Kind.EXP), x, y);
                    return y;
                }));
        rules.put("zeros_like", s -> values(s, x -> filled(x, 0)));
        rules.put("ones_like", s -> values(s, x -> filled(x, 1)));
        rules.put("fill", s -> values(s, x -> filled(x, s.out().values()[0])));
        rules.put("neg", s -> values(s, x -> x.times(-1)));
        rules.put("square", s -> values(s, x -> x.times(x)));
        rules.put("pow", s -> {
            if (!(s.inputs().get(1) instanceof Number power) || power.doubleValue() != 2) {
                throw new NotExpressed("another power than 2");
            }
            values(s, x -> x.times(x));
        });
        rules.put("rsqrt", s -> {
            values(s, ReductionRules::inverseRoot);
        });
        rules.put("sqrt", s -> {
            values(s, x -> x.times(ReductionRules.inverseRoot(x)));
        });
        rules.put("add", s -> pairs(s, (a, b) -> a.plus(b.times(s.number(2, "alpha", 1)))));
        rules.put("sub", s -> pairs(s, (a, b) -> a.minus(b.times(s.number(2, "alpha", 1)))));
        rules.put("mul", s -> pairs(s, Tensor::times));
        rules.put("clamp", TensorRules::clamp);
        rules.put("lerp", TensorRules::lerp);
        rules.put("where", TensorRules::where);
    }

    private static Tensor filled(Tensor x, double value) {
        Tensor y = CPU.empty(x.shape());
        CPU.fill((float) value, y);
        return y;
    }

    private static void shapes(Map<String, Consumer<Sample>> rules) {
        for (String same : List.of("clone", "reshape", "view", "flatten")) {
            rules.put(
                    same,
                    s -> values(s, x -> {
                        Tensor y = CPU.empty(x.shape());
                        CPU.copy(x, y);
                        return y.reshape(s.out().shape());
                    }));
        }
        for (String repeat : List.of("expand", "broadcast_to")) {
            rules.put(repeat, s -> {
                values(s, x -> Tensor.zeros(s.out().shape()).plus(x));
            });
        }
        rules.put("repeat", TensorRules::repeated);
        rules.put("tile", TensorRules::repeated);
        rules.put("roll", TensorRules::rolled);
        rules.put("cat", TensorRules::cat);
        rules.put("flip", s -> flip(s, ReductionRules.axes(s, "dims")));
        rules.put("fliplr", s -> flip(s, 1));
        rules.put("narrow", s -> rows(s, number(s, 2), s.integer(3, "length", 0)));
        rules.put("select", s -> rows(s, number(s, 2), 1));
        rules.put("index_select", TensorRules::indexed);
    }

    static void values(Sample s, UnaryOperator<Tensor> operator) {
        s.compare("the result", Nd.of(operator.apply(s.input(0).tensor())), s.out());
    }

    /** An operator of two tensors, or of a tensor and a number. */
    private static void pairs(Sample s, BinaryOperator<Tensor> operator) {
        Object second = s.inputs().get(1);
        Tensor b = Nd.isTensor(second) ? s.input(1).tensor() : Tensor.full(((Number) second).doubleValue());
        values(s, a -> operator.apply(a, b));
    }

    private static void clamp(Sample s) {
        float low = bound(s, 1, "min", Float.NEGATIVE_INFINITY);
        float high = bound(s, 2, "max", Float.POSITIVE_INFINITY);
        values(s, x -> {
            Tensor y = CPU.empty(x.shape());
            CPU.clamp(x, low, high, y);
            return y;
        });
    }

    private static float bound(Sample s, int place, String name, float otherwise) {
        Object value = s.option(place, name, (Object) null);
        if (Nd.isTensor(value)) {
            throw new NotExpressed("a bound for each value");
        }
        return value == null ? otherwise : ((Number) value).floatValue();
    }

    private static void lerp(Sample s) {
        Object weight = s.inputs().get(2);
        Tensor share = Nd.isTensor(weight) ? s.input(2).tensor() : Tensor.full(((Number) weight).doubleValue());
        values(s, a -> blended(s.input(1).tensor(), a, share, s.out().shape()));
    }

    private static void where(Sample s) {
        values(
                s,
                x -> blended(
                        x, s.input(2).tensor(), s.input(1).tensor(), s.out().shape()));
    }

    /** share ⊙ a + (1 − share) ⊙ b, each repeated to one shape. */
    private static Tensor blended(Tensor a, Tensor b, Tensor share, int[] shape) {
        Tensor zeros = Tensor.zeros(shape);
        Tensor y = CPU.empty(zeros.shape());
        CPU.blend(zeros.plus(a), zeros.plus(b), zeros.plus(share), y);
        return y;
    }

    /** d₀×d₁ is repeated as 1×d₀×1×d₁, which is broadcast to r₀×d₀×r₁×d₁. */
    private static void repeated(Sample s) {
        Nd given = s.input(0);
        List<?> named = s.option(1, "dims", (List<?>) null);
        int rank = Math.max(given.rank(), named.size());
        int[] before = new int[2 * rank];
        int[] after = new int[2 * rank];
        for (int i = 0; i < rank; i++) {
            int axis = i - (rank - given.rank());
            int place = i - (rank - named.size());
            int extent = axis < 0 ? 1 : given.shape()[axis];
            before[2 * i] = 1;
            before[2 * i + 1] = extent;
            after[2 * i] = place < 0 ? 1 : ((Number) named.get(place)).intValue();
            after[2 * i + 1] = extent;
        }
        values(s, x -> Tensor.zeros(after).plus(x.reshape(before)));
    }

    /** The last rows come first. */
    private static void rolled(Sample s) {
        int[] axes = ReductionRules.axes(s, 2, "dims");
        int[] shifts = ReductionRules.axes(s, 1, "shifts");
        if (axes == null || axes.length == 0) {
            int by = shifts[0];
            values(s, x -> rolled(x.reshape(x.size()), 0, by).reshape(x.shape()));
            return;
        }
        values(s, x -> {
            Tensor y = x;
            for (int i = 0; i < axes.length; i++) {
                int rank = y.shape().rank();
                y = rolled(y, axes[i] < 0 ? axes[i] + rank : axes[i], shifts[i]);
            }
            return y;
        });
    }

    private static Tensor rolled(Tensor x, int axis, int by) {
        int extent = x.axis(axis);
        int cut = Math.floorMod(-by, extent);
        Nd moved = Nd.of(x).permute(firstAxis(x.shape().rank(), axis));
        Tensor rows = moved.tensor();
        Tensor joined = cut == 0 ? rows : Tensor.concat(rows.rows(cut, extent), rows.rows(0, cut));
        return Nd.of(joined).permute(inverse(firstAxis(x.shape().rank(), axis))).tensor();
    }

    private static void cat(Sample s) {
        Tensor[] parts = ((List<?>) s.inputs().get(0))
                .stream().map(each -> Nd.of(each).tensor()).toArray(Tensor[]::new);
        int axis = s.integer(1, "dim", 0);
        s.compare("the result", Nd.of(Tensor.concat(axis, parts)), s.out());
    }

    private static void flip(Sample s, int... axes) {
        values(s, x -> {
            Tensor y = x;
            for (int axis : axes) {
                y = y.flipped(axis);
            }
            return y;
        });
    }

    private static int number(Sample s, int place) {
        Object value = s.inputs().get(place);
        return (int) (Nd.isTensor(value) ? Nd.of(value).values()[0] : ((Number) value).doubleValue());
    }

    /** Some entries along an axis. The library takes them from the first axis. */
    private static void rows(Sample s, int from, int count) {
        Nd given = s.input(0);
        int axis = number(s, 1);
        int[] order = firstAxis(given.rank(), axis < 0 ? axis + given.rank() : axis);
        int extent = given.shape()[order[0]];
        int first = from < 0 ? from + extent : from;
        Tensor rows = given.permute(order).tensor().rows(first, first + count);
        s.compare(
                "the result",
                Nd.of(rows).permute(inverse(order)).values(),
                s.out().values());
    }

    private static void indexed(Sample s) {
        Nd given = s.input(0);
        if (given.rank() == 0) {
            throw new NotExpressed("rows of a scalar");
        }
        int axis = number(s, 1);
        int[] order = firstAxis(given.rank(), axis < 0 ? axis + given.rank() : axis);
        int[] indices =
                Arrays.stream(s.input(2).values()).mapToInt(each -> (int) each).toArray();
        Tensor rows = given.permute(order).tensor().rows(indices);
        s.compare(
                "the result",
                Nd.of(rows).permute(inverse(order)).values(),
                s.out().values());
    }

    private static int[] firstAxis(int rank, int axis) {
        int[] order = new int[rank];
        order[0] = axis;
        for (int i = 1; i < rank; i++) {
            order[i] = i <= axis ? i - 1 : i;
        }
        return order;
    }

    private static int[] inverse(int[] order) {
        int[] inverse = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            inverse[order[i]] = i;
        }
        return inverse;
    }

    private static void product(Sample s) {
        Nd a = s.input(0);
        Nd b = s.input(1);
        boolean outer = s.name().equals("outer");
        if (a.rank() > 2 || b.rank() > 2 || a.rank() == 0 || b.rank() == 0) {
            throw new NotExpressed("products of more than two axes");
        }
        int inner = outer ? 1 : a.shape()[a.rank() - 1];
        Tensor left = a.reshape(a.values().length / inner, inner).tensor();
        boolean transposed = s.name().equals("inner");
        int columns = b.values().length / inner;
        Tensor right = (transposed ? b.reshape(columns, inner) : b.reshape(inner, columns)).tensor();
        Tensor c = CPU.empty(Shape.of(left.axis(0), columns));
        CPU.matmul(Factor.of(left), transposed ? Factor.transposed(right) : Factor.of(right), c);
        s.compare("the result", Nd.of(c), s.out());
    }

    private static void productAndSum(Sample s) {
        Tensor c = CPU.empty(Shape.of(s.out().shape()));
        CPU.matmul(Factor.of(s.input(1).tensor()), Factor.of(s.input(2).tensor()), c);
        Tensor added = s.input(0).tensor();
        double alpha = ((Number) s.named("alpha", 1.0)).doubleValue();
        double beta = ((Number) s.named("beta", 1.0)).doubleValue();
        s.compare("the result", Nd.of(c.times(alpha).plus(added.times(beta))), s.out());
    }
}

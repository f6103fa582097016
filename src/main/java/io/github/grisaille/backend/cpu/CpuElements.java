package io.github.grisaille.backend.cpu;

import static io.github.grisaille.backend.cpu.HeapStorage.values;

import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.ElementPrimitives;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;
import java.util.Arrays;

/** Element-wise primitives on the CPU, and copies of rows and columns. */
final class CpuElements implements ElementPrimitives {
    private final Blocks blocks;
    private final InnerLoops loops;
    private final ItemLoops itemLoops;
    private final TableRows tableRows;

    CpuElements(WorkerPool pool, InnerLoops loops) {
        this.loops = loops;
        blocks = new Blocks(pool);
        itemLoops = new ItemLoops(pool);
        tableRows = new TableRows(pool);
    }

    @Override
    public void fill(float value, Tensor y) {
        Arrays.fill(values(y), value);
    }

    @Override
    public void copy(Tensor x, Tensor y) {
        System.arraycopy(values(x), 0, values(y), 0, x.size());
    }

    @Override
    public void gatherRows(Tensor x, int[] rows, Tensor y) {
        int width = x.size() / x.axis(0);
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(values(x), rows[i] * width, values(y), i * width, width);
        }
    }

    @Override
    public void copyColumns(Tensor x, int from, Tensor y, int to, int count) {
        int rows = x.shape().rows();
        int width = x.axis(-1);
        int step = y.axis(-1);
        float[] xv = values(x);
        float[] yv = values(y);
        for (int i = 0; i < rows; i++) {
            System.arraycopy(xv, i * width + from, yv, i * step + to, count);
        }
    }

    @Override
    public void lookUp(Tensor table, Tensor labels, Tensor y) {
        tableRows.lookUp(values(table), table.size() / table.axis(0), values(labels), values(y));
    }

    @Override
    public void lookUpGradient(Tensor dy, Tensor labels, Write write, Tensor dTable) {
        int width = dTable.size() / dTable.axis(0);
        tableRows.gradient(values(dy), width, values(labels), write.adds(), values(dTable));
    }

    @Override
    public void add(Tensor a, Tensor b, Tensor y) {
        float[] av = values(a);
        float[] bv = values(b);
        float[] yv = values(y);
        blocks.each(yv.length, (from, to) -> {
            for (int i = from; i < to; i++) {
                yv[i] = av[i] + bv[i];
            }
        });
    }

    @Override
    public void subtract(Tensor a, Tensor b, Tensor y) {
        float[] av = values(a);
        float[] bv = values(b);
        float[] yv = values(y);
        blocks.each(yv.length, (from, to) -> {
            for (int i = from; i < to; i++) {
                yv[i] = av[i] - bv[i];
            }
        });
    }

    @Override
    public void multiply(Tensor a, Tensor b, Tensor y) {
        float[] av = values(a);
        float[] bv = values(b);
        float[] yv = values(y);
        blocks.each(yv.length, (from, to) -> {
            for (int i = from; i < to; i++) {
                yv[i] = av[i] * bv[i];
            }
        });
    }

    @Override
    public void scale(Tensor x, float factor, Tensor y) {
        float[] xv = values(x);
        float[] yv = values(y);
        blocks.each(yv.length, (from, to) -> {
            for (int i = from; i < to; i++) {
                yv[i] = xv[i] * factor;
            }
        });
    }

    @Override
    public void shift(Tensor x, float amount, Tensor y) {
        float[] xv = values(x);
        float[] yv = values(y);
        blocks.each(yv.length, (from, to) -> {
            for (int i = from; i < to; i++) {
                yv[i] = xv[i] + amount;
            }
        });
    }

    @Override
    public void scaleItems(Tensor x, Tensor factors, Tensor y) {
        if (factors.size() == 1) {
            scale(x, values(factors)[0], y);
        } else {
            itemLoops.scale(values(x), values(factors), values(y));
        }
    }

    @Override
    public void clamp(Tensor x, float low, float high, Tensor y) {
        float[] xv = values(x);
        float[] yv = values(y);
        blocks.each(yv.length, (from, to) -> {
            for (int i = from; i < to; i++) {
                yv[i] = Math.min(Math.max(xv[i], low), high);
            }
        });
    }

    @Override
    public void inverseRoot(Tensor x, float epsilon, Tensor y) {
        float[] xv = values(x);
        float[] yv = values(y);
        blocks.each(yv.length, (from, to) -> {
            for (int i = from; i < to; i++) {
                yv[i] = (float) (1 / Math.sqrt((double) xv[i] + epsilon));
            }
        });
    }

    @Override
    public void step(Tensor x, float threshold, Tensor y) {
        float[] xv = values(x);
        float[] yv = values(y);
        blocks.each(yv.length, (from, to) -> loops.step(xv, threshold, yv, from, to));
    }

    @Override
    public void activate(Activation f, Tensor x, Tensor y) {
        float[] xv = values(x);
        float[] yv = values(y);
        blocks.each(yv.length, (from, to) -> loops.activate(f, xv, yv, from, to));
    }

    @Override
    public void activateGradient(Activation f, Tensor x, Tensor y, Tensor dy, Tensor dx) {
        float[] xv = values(x);
        float[] yv = values(y);
        float[] dyv = values(dy);
        float[] dxv = values(dx);
        blocks.each(yv.length, (from, to) -> loops.activateGradient(f, xv, yv, dyv, dxv, from, to));
    }

    @Override
    public void activateCurvature(Activation f, Tensor x, Tensor y, Tensor dy, Tensor direction, Tensor dx) {
        float[] xv = values(x);
        float[] yv = values(y);
        float[] dyv = values(dy);
        float[] along = values(direction);
        float[] dxv = values(dx);
        blocks.each(yv.length, (from, to) -> Pointwise.activateCurvature(f, xv, yv, dyv, along, dxv, from, to));
    }
}

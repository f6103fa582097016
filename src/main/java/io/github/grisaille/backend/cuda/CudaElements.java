package io.github.grisaille.backend.cuda;

import io.github.grisaille.tensor.Activation;
import io.github.grisaille.tensor.ElementPrimitives;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;

/** Primitives that work value by value. */
final class CudaElements implements ElementPrimitives {
    /** The most values of a simple operation that one block does, so that several operations can share a launch. */
    private static final int SMALL = 4096;
    /** Numbers in a record, which may be long. The rest goes into further launches. */
    private static final int MOST_PLACES = 32_768;

    /** In the order of src/main/cuda/pointwise.cuh. */
    private enum Simple {
        FILL,
        COPY,
        ADD,
        SUBTRACT,
        MULTIPLY,
        SCALE,
        SHIFT,
        STEP
    }

    /** Small simple operations take each other. */
    private enum SmallOperations implements CudaLaunches.Company {
        COMPANY;

        @Override
        public boolean takes(CudaLaunches.Company next) {
            return next == this;
        }
    }

    private final CudaLaunches launches;

    CudaElements(CudaLaunches launches) {
        this.launches = launches;
    }

    @Override
    public void fill(float value, Tensor y) {
        simple(Simple.FILL, null, null, value, y);
    }

    @Override
    public void copy(Tensor x, Tensor y) {
        simple(Simple.COPY, x, null, 0, y);
    }

    @Override
    public void add(Tensor a, Tensor b, Tensor y) {
        simple(Simple.ADD, a, b, 0, y);
    }

    @Override
    public void subtract(Tensor a, Tensor b, Tensor y) {
        simple(Simple.SUBTRACT, a, b, 0, y);
    }

    @Override
    public void multiply(Tensor a, Tensor b, Tensor y) {
        simple(Simple.MULTIPLY, a, b, 0, y);
    }

    @Override
    public void scale(Tensor x, float factor, Tensor y) {
        simple(Simple.SCALE, x, null, factor, y);
    }

    @Override
    public void shift(Tensor x, float amount, Tensor y) {
        simple(Simple.SHIFT, x, null, amount, y);
    }

    @Override
    public void step(Tensor x, float threshold, Tensor y) {
        simple(Simple.STEP, x, null, threshold, y);
    }

    /** Small operations one after another are one launch of one block. */
    private void simple(Simple operation, Tensor a, Tensor b, float number, Tensor y) {
        int n = y.size();
        CudaLaunches.Part part = (record, firstBlock) -> record.addresses(a, b, y)
                .integers(operation.ordinal(), n)
                .number(number)
                .unused();
        if (n <= SMALL) {
            launches.share(CudaKernel.SIMPLE, SmallOperations.COMPANY, 0, y, CudaElements::head, part);
        } else {
            launches.launch(CudaKernel.SIMPLE, CudaGrid.over(n), y, record -> {
                head(record);
                part.write(record, 0);
            });
        }
    }

    private static void head(CudaRecord record) {
        record.count().unused();
    }

    @Override
    public void gatherRows(Tensor x, int[] rows, Tensor y) {
        int width = x.size() / x.axis(0);
        for (int first = 0; first < rows.length; first += MOST_PLACES) {
            int from = first;
            int count = Math.min(MOST_PLACES, rows.length - from);
            long to = CudaMemory.address(y) + (long) from * width * Float.BYTES;
            launches.launch(CudaKernel.GATHER_ROWS, CudaGrid.over(count * width), y, record -> {
                record.addresses(x).address(to).integers(width, count);
                for (int i = from; i < from + count; i++) {
                    record.integer(rows[i]);
                }
            });
        }
    }

    @Override
    public void copyColumns(Tensor x, int from, Tensor y, int to, int count) {
        int rows = x.shape().rows();
        if (count > 0) {
            launches.launch(
                    CudaKernel.COPY_COLUMNS,
                    CudaGrid.over(rows * count),
                    y,
                    record -> record.addresses(x, y).integers(rows, from, x.axis(-1), to, y.axis(-1), count));
        }
    }

    @Override
    public void lookUp(Tensor table, Tensor labels, Tensor y) {
        int rows = table.axis(0);
        launches.launch(
                CudaKernel.LOOK_UP,
                CudaGrid.over(y.size()),
                y,
                record -> record.addresses(table, labels, y).integers(y.size(), table.size() / rows, rows));
    }

    @Override
    public void lookUpGradient(Tensor dy, Tensor labels, Write write, Tensor dTable) {
        int rows = dTable.axis(0);
        launches.launch(
                CudaKernel.LOOK_UP_GRADIENT,
                CudaGrid.blocks(rows),
                dTable,
                record -> record.addresses(dy, labels, dTable)
                        .integers(rows, dTable.size() / rows, labels.size())
                        .flag(write.adds()));
    }

    @Override
    public void scaleItems(Tensor x, Tensor factors, Tensor y) {
        launches.launch(
                CudaKernel.SCALE_ITEMS,
                CudaGrid.over(y.size()),
                y,
                record -> record.addresses(x, factors, y).integers(y.size(), y.size() / factors.size()));
    }

    @Override
    public void clamp(Tensor x, float low, float high, Tensor y) {
        launches.launch(
                CudaKernel.CLAMP,
                CudaGrid.over(y.size()),
                y,
                record -> record.addresses(x, y).integer(y.size()).number(low).number(high));
    }

    @Override
    public void inverseRoot(Tensor x, float epsilon, Tensor y) {
        launches.launch(
                CudaKernel.INVERSE_ROOT,
                CudaGrid.over(y.size()),
                y,
                record -> record.addresses(x, y).integer(y.size()).number(epsilon));
    }

    /** If the last launch makes x, it makes y too, where it can. Otherwise this is a launch of its own. */
    @Override
    public void activate(Activation f, Tensor x, Tensor y) {
        if (!launches.activate(f, x, y)) {
            launches.launch(
                    CudaKernel.ACTIVATE,
                    CudaGrid.over(y.size()),
                    y,
                    record -> record.addresses(x, y)
                            .integers(y.size(), f.kind().ordinal())
                            .number(f.slope()));
        }
    }

    @Override
    public void activateGradient(Activation f, Tensor x, Tensor y, Tensor dy, Tensor dx) {
        launches.launch(
                CudaKernel.ACTIVATE_GRADIENT,
                CudaGrid.over(y.size()),
                dx,
                record -> record.addresses(x, y, dy, dx)
                        .integers(y.size(), f.kind().ordinal())
                        .number(f.slope()));
    }

    @Override
    public void activateCurvature(Activation f, Tensor x, Tensor y, Tensor dy, Tensor direction, Tensor dx) {
        launches.launch(
                CudaKernel.ACTIVATE_CURVATURE,
                CudaGrid.over(y.size()),
                dx,
                record -> record.addresses(x, y, dy, direction, dx)
                        .integers(y.size(), f.kind().ordinal())
                        .number(f.slope()));
    }
}

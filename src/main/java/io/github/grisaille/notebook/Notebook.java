package io.github.grisaille.notebook;

import io.github.grisaille.data.Dataset;
import io.github.grisaille.data.Faces;
import io.github.grisaille.nn.NetworkSummary;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.plot.Figure;
import io.github.grisaille.plot.Picture;
import io.github.grisaille.plot.Showable;
import io.github.grisaille.plot.Tabular;
import io.github.grisaille.tensor.Tensor;
import java.lang.reflect.InvocationTargetException;
import java.util.Optional;
import java.util.function.Function;
import org.knowm.xchart.internal.chartpart.Chart;
import tech.tablesaw.api.Table;

/**
 * Lets a cell show its value if it is a chart, an image grid, a table, a record of measures, a history, a data set, a model
 * or a tensor. JJava needs no call; in IJava call {@link #init()} once.
 */
public final class Notebook {
    private static final String IJAVA = "io.github.spencerpark.ijava.IJava";

    private static volatile JupyterKernel kernel;

    private Notebook() {}

    /**
     * Connects the library to the IJava kernel of this notebook. JJava does not need it.
     *
     * @throws IllegalStateException if there is no kernel
     */
    public static void init() {
        if (kernel == null) {
            attach(new IJavaKernel(findIJava()));
        }
    }

    /** Shows a value below the running cell at once. */
    public static void show(Object value) {
        JupyterKernel here = kernel;
        if (here == null) {
            throw new IllegalStateException(
                    "no Jupyter kernel is connected: in IJava call Notebook.init() first; outside a"
                            + " notebook save pictures with save(path)");
        }
        here.display(value);
    }

    static void attach(JupyterKernel found) {
        found.showAsHtml(Showable.class, Showable::toHtml);
        found.showAsPicture(Picture.class, Function.identity());
        found.showAsPicture(Chart.class, Figure::new);
        found.showAsHtml(Table.class, TableHtml::of);
        found.showAsHtml(Tabular.class, value -> TableHtml.of(value.table()));
        found.showAsHtml(Dataset.class, DatasetHtml::of);
        found.showAsHtml(Faces.class, faces -> DatasetHtml.of(faces.images()));
        found.showAsHtml(Sequential.class, ModelHtml::of);
        found.showAsHtml(NetworkSummary.class, ModelHtml::of);
        found.showAsHtml(Tensor.class, ModelHtml::of);
        kernel = found;
    }

    static void detach() {
        kernel = null;
    }

    static Optional<JupyterKernel> kernel() {
        return Optional.ofNullable(kernel);
    }

    /** Finds IJava's kernel by reflection, because its class is only on the kernel's own class path. */
    private static io.github.spencerpark.jupyter.kernel.BaseKernel findIJava() {
        try {
            Object found = Class.forName(IJAVA, true, Thread.currentThread().getContextClassLoader())
                    .getMethod("getKernelInstance")
                    .invoke(null);
            return (io.github.spencerpark.jupyter.kernel.BaseKernel) found;
        } catch (ClassNotFoundException | NoSuchMethodException | IllegalAccessException missing) {
            throw new IllegalStateException(
                    "Notebook.init() found no IJava kernel: call it only in an IJava notebook (JJava needs no call)",
                    missing);
        } catch (InvocationTargetException failed) {
            throw new IllegalStateException("IJava did not give access to its kernel", failed.getCause());
        }
    }
}

package io.github.grisaille.notebook;

import io.github.grisaille.nn.NetworkSummary;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.plot.Figure;
import io.github.grisaille.plot.Picture;
import io.github.grisaille.plot.Showable;
import io.github.grisaille.tensor.Tensor;
import java.lang.reflect.InvocationTargetException;
import java.util.Optional;
import java.util.function.Function;
import org.knowm.xchart.internal.chartpart.Chart;
import tech.tablesaw.api.Table;

/**
 * Makes charts, image grids, tables, models and tensors show themselves as the value of a cell. In JJava this happens by
 * itself; in IJava call {@link #init()} once.
 */
public final class Notebook {
    private static final String IJAVA = "io.github.spencerpark.ijava.IJava";

    private static volatile Kernel kernel;

    private Notebook() {}

    /**
     * Connects the library with the kernel that runs this notebook. Needed in IJava only.
     *
     * @throws IllegalStateException if no kernel is there
     */
    public static void init() {
        if (kernel == null) {
            attach(new IJavaKernel(findIJava()));
        }
    }

    /** Shows a value below the running cell, in the middle of its work. */
    public static void show(Object value) {
        Kernel here = kernel;
        if (here == null) {
            throw new IllegalStateException("no kernel is connected: in IJava call Notebook.init() first; outside a"
                    + " notebook save pictures with save(path)");
        }
        here.display(value);
    }

    static void attach(Kernel found) {
        found.showAsHtml(Showable.class, Showable::toHtml);
        found.showAsPicture(Picture.class, Function.identity());
        found.showAsPicture(Chart.class, Figure::new);
        found.showAsHtml(Table.class, TableHtml::of);
        found.showAsHtml(Sequential.class, ModelHtml::of);
        found.showAsHtml(NetworkSummary.class, ModelHtml::of);
        found.showAsHtml(Tensor.class, ModelHtml::of);
        kernel = found;
    }

    static void detach() {
        kernel = null;
    }

    static Optional<Kernel> kernel() {
        return Optional.ofNullable(kernel);
    }

    /** IJava's own class is on no class path but its kernel's, so it is asked by name. */
    private static io.github.spencerpark.jupyter.kernel.BaseKernel findIJava() {
        try {
            Object found = Class.forName(IJAVA, true, Thread.currentThread().getContextClassLoader())
                    .getMethod("getKernelInstance")
                    .invoke(null);
            return (io.github.spencerpark.jupyter.kernel.BaseKernel) found;
        } catch (ClassNotFoundException | NoSuchMethodException | IllegalAccessException missing) {
            throw new IllegalStateException(
                    "Notebook.init() found no IJava kernel: it works in a notebook only (JJava needs no call)",
                    missing);
        } catch (InvocationTargetException failed) {
            throw new IllegalStateException("IJava did not hand out its kernel", failed.getCause());
        }
    }
}

package io.github.grisaille.notebook;

import io.github.grisaille.plot.Picture;
import java.util.function.Function;

/** The functions of a Jupyter kernel that this library needs. */
interface JupyterKernel {
    /** Registers how values of a type are shown as HTML. */
    <T> void showAsHtml(Class<T> type, Function<T, String> html);

    /** Registers how values of a type are shown as a picture. More viewers accept pictures than HTML. */
    <T> void showAsPicture(Class<T> type, Function<T, Picture> picture);

    /** Whether a cell is running; only then can something be shown. */
    boolean attached();

    /** Shows HTML below the running cell. The id allows {@link #update} to replace it. */
    void display(String id, String html);

    /** Replaces the HTML with this id. */
    void update(String id, String html);

    /** Shows any value that the kernel can show. */
    void display(Object value);
}

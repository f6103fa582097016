package io.github.grisaille.notebook;

import io.github.grisaille.plot.Picture;
import java.util.function.Function;

/** The little that this library asks of a Jupyter kernel. */
interface Kernel {
    /** Says how values of a type are shown as HTML. */
    <T> void showAsHtml(Class<T> type, Function<T, String> html);

    /** Says how values of a type are shown as a picture, which more viewers take than HTML. */
    <T> void showAsPicture(Class<T> type, Function<T, Picture> picture);

    /** Whether a cell is running, so that something can be shown. */
    boolean attached();

    /** Shows HTML below the running cell, under a name by which it can be replaced. */
    void display(String id, String html);

    /** Replaces what was shown under this name. */
    void update(String id, String html);

    /** Shows any value that the kernel can show. */
    void display(Object value);
}

/**
 * Charts, image grids, animations and tables, as plain values that a notebook can show and a program can save.
 *
 * <p><b>Uses</b> {@code io} and {@code tensor}; XChart draws the charts, and Tablesaw holds the tables. No Jupyter
 * kernel is known here.
 *
 * <p><b>Read first</b> {@link io.github.grisaille.plot.Showable}, {@link io.github.grisaille.plot.Tabular} and {@link io.github.grisaille.plot.Picture}, then
 * {@link io.github.grisaille.plot.ImageGrid} for images, {@link io.github.grisaille.plot.Figures} and {@link
 * io.github.grisaille.plot.Plot} for charts, and {@link io.github.grisaille.plot.Rows} for tables. {@code ChartPainter}
 * and {@code FittedChart} keep XChart away from values on which it never ends.
 */
package io.github.grisaille.plot;

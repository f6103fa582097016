package io.github.grisaille.notebook;

import io.github.grisaille.data.Dataset;
import io.github.grisaille.data.ImageDataset;
import io.github.grisaille.plot.Figures;
import io.github.grisaille.plot.ImageGrid;
import io.github.grisaille.plot.Rows;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** HTML for data sets: the first images as a grid, points of the plane as a chart, short vectors as a table. */
final class DatasetHtml {
    private static final int COLOR = 3;
    private static final int GRID_ROWS = 2;
    private static final int MOST_COLUMNS = 12;
    /** The width of a grid on the page, in CSS pixels. */
    private static final int PAGE = 720;

    private static final int LEAST_SIDE = 48;
    private static final int MOST_POINTS = 2000;
    private static final int TABLE_ROWS = 5;
    private static final int MOST_VALUES = 16;

    private DatasetHtml() {}

    static String of(Dataset data) {
        return "<div>" + TableHtml.escape(caption(data)) + "</div>" + picture(data);
    }

    /** The data set in words. Data sets of the library say more than their size. */
    private static String caption(Dataset data) {
        String own = data.toString();
        return own.startsWith(data.getClass().getName() + "@")
                ? String.format(Locale.ROOT, "%,d items of %s", data.size(), Shape.of(data.shape()))
                : own;
    }

    private static String picture(Dataset data) {
        Shape item = Shape.of(data instanceof ImageDataset images ? images.imageShape() : data.shape());
        if (item.rank() == COLOR && (item.axis(2) == 1 || item.axis(2) == COLOR)) {
            return grid(data, item).toHtml();
        }
        if (item.rank() == 1 && item.size() == 2) {
            int count = Math.min(data.size(), MOST_POINTS);
            String title = count < data.size() ? String.format(Locale.ROOT, "the first %,d points", count) : "";
            return Figures.plane(title, "x", "y")
                    .points("data", data.first(count))
                    .toHtml();
        }
        return item.rank() == 1 && item.size() <= MOST_VALUES ? table(data) : "";
    }

    /** The first images, with their labels if they have any. */
    private static ImageGrid grid(Dataset data, Shape image) {
        int side = Math.max(LEAST_SIDE, Math.max(image.axis(0), image.axis(1)));
        int columns = Math.max(1, Math.min(MOST_COLUMNS, PAGE / side));
        int count = Math.min(data.size(), GRID_ROWS * columns);
        float[] values = data.values(IntStream.range(0, count).toArray());
        float least = 0;
        float most = 0;
        for (float value : values) {
            least = Math.min(least, value);
            most = Math.max(most, value);
        }
        ImageGrid grid = ImageGrid.of(Tensor.of(values, image.batchOf(count).toArray()))
                .columns(columns)
                // values below 0 mean that black is −1 or less; otherwise it is 0
                .range(Math.min(least, least < 0 ? -1 : 0), Math.max(most, 1));
        if (data instanceof ImageDataset images && images.labelled()) {
            grid.captions(Arrays.stream(images.labels(count))
                    .mapToObj(String::valueOf)
                    .toList());
        }
        return grid;
    }

    /** The first items, one row for each. */
    private static String table(Dataset data) {
        int width = Shape.of(data.shape()).size();
        List<String> columns = new ArrayList<>(List.of("item"));
        IntStream.range(0, width).forEach(k -> columns.add("value " + k));
        Rows rows = Rows.titled("the first items", columns.toArray(String[]::new));
        for (int i = 0; i < Math.min(data.size(), TABLE_ROWS); i++) {
            List<Object> row = new ArrayList<>(List.of(i));
            for (float value : data.items(i, i + 1, Backend.cpu()).toArray()) {
                row.add(value);
            }
            rows.add(row.toArray());
        }
        return TableHtml.of(rows.table());
    }
}

package io.github.grisaille.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PanelLayoutTest {
    private static final RowTile[] UP_TO_24 = {new PlainRowTile(8), new PlainRowTile(16), new PlainRowTile(24)};
    private static final RowTile[] UP_TO_64 = {
        new PlainRowTile(16), new PlainRowTile(32), new PlainRowTile(48), new PlainRowTile(64)
    };
    private static final RowTile[] UP_TO_16 = {new PlainRowTile(8), new PlainRowTile(16)};

    /** The columns 64 = 24 + 24 + 16, 128 = 4 · 24 + 2 · 16 and so on: no panel of 8 if it can be avoided. */
    @ParameterizedTest
    @CsvSource({
        "1, 8",
        "8, 8",
        "9, 16",
        "24, 24",
        "25, 16 16",
        "48, 24 24",
        "49, 24 16 16",
        "64, 24 24 16",
        "128, 24 24 24 24 16 16",
        "100, 24 24 24 16 16",
        "104, 24 24 24 16 16"
    })
    void tilesOf24ColumnsLeaveNoNarrowRest(int columns, String widths) {
        check(UP_TO_24, columns, widths);
    }

    @ParameterizedTest
    @CsvSource({
        "16, 16",
        "64, 64",
        "65, 48 32",
        "80, 48 32",
        "81, 64 32",
        "112, 64 48",
        "128, 64 64",
        "400, 64 64 64 64 64 48 32"
    })
    void tilesOf64ColumnsLeaveNoNarrowRest(int columns, String widths) {
        check(UP_TO_64, columns, widths);
    }

    /** With two tiles there is no other way. */
    @ParameterizedTest
    @CsvSource({"16, 16", "17, 16 8", "24, 16 8", "25, 16 16"})
    void twoTilesLeaveTheNarrowRest(int columns, String widths) {
        check(UP_TO_16, columns, widths);
    }

    private static void check(RowTile[] tiles, int columns, String widths) {
        PanelLayout<RowTile> layout = new PanelLayout<>(tiles, columns);
        String actual = IntStream.range(0, layout.count())
                .mapToObj(panel -> String.valueOf(layout.tile(panel).width()))
                .reduce((left, right) -> left + " " + right)
                .orElseThrow();
        assertThat(actual).isEqualTo(widths);
        int next = 0;
        for (int panel = 0; panel < layout.count(); panel++) {
            assertThat(layout.column(panel)).isEqualTo(next);
            assertThat(layout.width(panel)).isBetween(1, layout.tile(panel).width());
            next += layout.width(panel);
        }
        assertThat(next).isEqualTo(columns);
        assertThat(layout.paddedColumns()).isBetween(columns, columns + tiles[0].width() - 1);
    }
}

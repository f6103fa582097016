package io.github.grisaille.plot;

import java.util.function.Supplier;

/**
 * Several pictures shown as one.
 *
 * @param count the number of pictures
 * @param html makes their HTML
 */
record Arrangement(int count, Supplier<String> html) implements Showable {
    @Override
    public String toHtml() {
        return html.get();
    }

    @Override
    public String toString() {
        return count + " pictures";
    }
}

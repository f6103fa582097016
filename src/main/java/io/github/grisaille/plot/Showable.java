package io.github.grisaille.plot;

/** Something that a notebook can show as HTML, such as a chart, a grid of images or an animation. */
public interface Showable {
    /** A self-contained piece of HTML. */
    String toHtml();
}

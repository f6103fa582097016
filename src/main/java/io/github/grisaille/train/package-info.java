/** Training loops, what they record, and where they report. */
package io.github.grisaille.train;

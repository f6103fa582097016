/** What only a notebook has: values that show themselves, and live progress. Works in JJava and IJava; needs neither. */
package io.github.grisaille.notebook;

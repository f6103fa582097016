/**
 * What only a notebook needs: values that a cell shows, and live progress. Works in JJava and in IJava.
 *
 * <p><b>Uses</b> {@code train} (its progress interface), {@code nn}, {@code plot}, {@code data} and {@code tensor}, and the
 * programming interfaces of the two kernels. No other package uses this one: {@code train} finds {@link
 * io.github.grisaille.notebook.LiveProgressProvider} with a {@link java.util.ServiceLoader}.
 *
 * <p><b>Read first</b> {@link io.github.grisaille.notebook.Notebook}, then {@code JupyterKernel} with its two adapters
 * {@code JJavaKernel} and {@code IJavaKernel}, and {@code LiveProgress}. {@code JJavaOutput} comes last.
 */
package io.github.grisaille.notebook;

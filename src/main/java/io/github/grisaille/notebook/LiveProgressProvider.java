package io.github.grisaille.notebook;

import io.github.grisaille.train.Progress;

/** Offers live progress if a notebook's cell is running. */
public final class LiveProgressProvider implements Progress.Provider {
    @Override
    public boolean available() {
        return Notebook.kernel().map(JupyterKernel::attached).orElse(false);
    }

    @Override
    public Progress create() {
        return new LiveProgress(Notebook.kernel().orElseThrow());
    }
}

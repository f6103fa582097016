package io.github.grisaille.notebook;

import io.github.grisaille.train.Progress;

/** Offers live progress where a notebook's cell is running. */
public final class LiveProgressProvider implements Progress.Provider {
    @Override
    public boolean available() {
        return Notebook.kernel().map(Kernel::attached).orElse(false);
    }

    @Override
    public Progress create() {
        return new LiveProgress(Notebook.kernel().orElseThrow());
    }
}

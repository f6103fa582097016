package io.github.grisaille.notebook;

import org.dflib.jjava.jupyter.Extension;
import org.dflib.jjava.jupyter.kernel.BaseKernel;

/** JJava calls this when the library comes onto its class path. */
public final class JJavaExtension implements Extension {
    @Override
    public void install(BaseKernel kernel) {
        Notebook.attach(new JJavaKernel(kernel));
    }

    @Override
    public void uninstall(BaseKernel kernel) {
        Notebook.detach();
    }
}

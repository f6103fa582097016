package io.github.grisaille.notebook;

import io.github.spencerpark.jupyter.kernel.BaseKernel;
import io.github.spencerpark.jupyter.kernel.display.DisplayData;
import io.github.spencerpark.jupyter.kernel.display.mime.MIMEType;
import java.util.function.Function;

/** IJava 1.3.0, the original kernel. */
final class IJavaKernel implements Kernel {
    private final BaseKernel kernel;

    IJavaKernel(BaseKernel kernel) {
        this.kernel = kernel;
    }

    @Override
    public <T> void showAs(Class<T> type, Function<T, String> html) {
        kernel.getRenderer()
                .createRegistration(type)
                .preferring(MIMEType.TEXT_HTML)
                .register((value, context) -> context.renderIfRequested(MIMEType.TEXT_HTML, () -> html.apply(value)));
    }

    @Override
    public boolean attached() {
        return kernel.getIO().display.isAttached();
    }

    @Override
    public void display(String id, String html) {
        kernel.display(data(id, html));
    }

    @Override
    public void update(String id, String html) {
        kernel.getIO().display.updateDisplay(data(id, html));
    }

    @Override
    public void display(Object value) {
        kernel.display(kernel.getRenderer().render(value));
    }

    private static DisplayData data(String id, String html) {
        DisplayData data = new DisplayData();
        data.putHTML(html);
        data.setDisplayId(id);
        return data;
    }
}

package io.github.grisaille.notebook;

import java.util.function.Function;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;

/** JJava, the maintained kernel. */
final class JJavaKernel implements Kernel {
    private final BaseKernel kernel;

    JJavaKernel(BaseKernel kernel) {
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

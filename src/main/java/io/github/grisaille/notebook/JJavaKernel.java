package io.github.grisaille.notebook;

import java.util.function.Function;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;

/** JJava, the maintained kernel. */
final class JJavaKernel implements Kernel {
    private static final String DISPLAY_ID = "display_id";

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
        // setDisplayId would do, but its return type differs between JJava 1.0-a6 and 1.0-a8
        data.putTransientData(DISPLAY_ID, id);
        return data;
    }
}

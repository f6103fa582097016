package io.github.grisaille.notebook;

import io.github.grisaille.plot.Picture;
import java.util.Base64;
import java.util.Map;
import java.util.function.Function;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;

/** The adapter to JJava, the maintained kernel. */
final class JJavaKernel implements JupyterKernel {
    private static final String DISPLAY_ID = "display_id";

    private final BaseKernel kernel;

    JJavaKernel(BaseKernel kernel) {
        this.kernel = kernel;
    }

    @Override
    public <T> void showAsHtml(Class<T> type, Function<T, String> html) {
        kernel.getRenderer()
                .createRegistration(type)
                .preferring(MIMEType.TEXT_HTML)
                .register((value, context) -> context.renderIfRequested(MIMEType.TEXT_HTML, () -> html.apply(value)));
    }

    @Override
    public <T> void showAsPicture(Class<T> type, Function<T, Picture> picture) {
        kernel.getRenderer()
                .createRegistration(type)
                .preferring(MIMEType.IMAGE_PNG)
                .register((value, context) -> context.renderIfRequested(
                        MIMEType.IMAGE_PNG, (mime, output) -> put(picture.apply(value), output)));
    }

    /** Jupyter takes a picture's width from the metadata. Without it a high-resolution picture is shown too large. */
    private static void put(Picture picture, DisplayData output) {
        output.putData(
                MIMEType.IMAGE_PNG,
                Base64.getEncoder().encodeToString(picture.toPng()),
                Map.of("width", picture.width()));
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
        // not setDisplayId, because its return type differs between JJava 1.0-a6 and 1.0-a8
        data.putTransientData(DISPLAY_ID, id);
        return data;
    }
}

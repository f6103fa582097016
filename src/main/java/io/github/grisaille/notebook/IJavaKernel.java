package io.github.grisaille.notebook;

import io.github.grisaille.plot.Picture;
import io.github.spencerpark.jupyter.kernel.BaseKernel;
import io.github.spencerpark.jupyter.kernel.display.DisplayData;
import io.github.spencerpark.jupyter.kernel.display.mime.MIMEType;
import java.util.Base64;
import java.util.Map;
import java.util.function.Function;

/** The adapter to IJava 1.3.0, the original kernel. */
final class IJavaKernel implements JupyterKernel {
    private final BaseKernel kernel;

    IJavaKernel(BaseKernel kernel) {
        this.kernel = kernel;
    }

    @Override
    public <T> void showAsHtml(Class<T> type, Function<T, String> html) {
        Function<T, String> guarded = Unshowable.guarded(html);
        kernel.getRenderer()
                .createRegistration(type)
                .preferring(MIMEType.TEXT_HTML)
                .register(
                        (value, context) -> context.renderIfRequested(MIMEType.TEXT_HTML, () -> guarded.apply(value)));
    }

    @Override
    public <T> void showAsPicture(Class<T> type, Function<T, Picture> picture) {
        kernel.getRenderer()
                .createRegistration(type)
                .preferring(MIMEType.IMAGE_PNG)
                .register((value, context) ->
                        context.renderIfRequested(MIMEType.IMAGE_PNG, (mime, output) -> put(picture, value, output)));
    }

    /** Jupyter takes a picture's width from the metadata. Without it a high-resolution picture is shown too large. */
    private static <T> void put(Function<T, Picture> picture, T value, DisplayData output) {
        Picture drawn = picture.apply(value);
        String png = Unshowable.<T, String>guarded(each -> Base64.getEncoder().encodeToString(drawn.toPng()))
                .apply(value);
        output.putData(MIMEType.IMAGE_PNG, png, Map.of("width", drawn.width()));
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

package io.github.grisaille.notebook;

import java.lang.reflect.Field;
import java.util.Map;
import java.util.Set;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.RenderFunction;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;

/** Wraps JJava's renderer: a value that cannot be shown becomes an error of its cell ({@link Unshowable}). */
final class JJavaRenderer extends Renderer {
    private final Renderer renderer;

    private JJavaRenderer(Renderer renderer) {
        this.renderer = renderer;
    }

    /** Replaces the kernel's renderer. If a version of JJava has no such field, it keeps its own. */
    static void install(BaseKernel kernel) {
        try {
            Field field = BaseKernel.class.getDeclaredField("renderer");
            field.setAccessible(true);
            field.set(kernel, new JJavaRenderer(kernel.getRenderer()));
        } catch (ReflectiveOperationException | RuntimeException otherwise) {
            return;
        }
    }

    @Override
    public <T> RenderRegistration<T> createRegistration(Class<T> type) {
        return renderer.createRegistration(type);
    }

    @Override
    public <T> void register(
            Set<MIMEType> supported,
            Set<MIMEType> preferred,
            Set<Class<? extends T>> types,
            RenderFunction<T> function) {
        renderer.register(supported, preferred, types, function);
    }

    @Override
    public DisplayData render(Object value, Map<String, Object> parameters) {
        try {
            return renderer.render(value, parameters);
        } catch (Error failed) {
            throw Unshowable.of(value, failed);
        }
    }

    @Override
    public DisplayData renderAs(Object value, Map<String, Object> parameters, String... types) {
        try {
            return renderer.renderAs(value, parameters, types);
        } catch (Error failed) {
            throw Unshowable.of(value, failed);
        }
    }
}

package io.github.grisaille.notebook;

import java.util.List;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.JShell;
import jdk.jshell.MethodSnippet;
import jdk.jshell.UnresolvedReferenceException;
import org.dflib.jjava.jupyter.Extension;
import org.dflib.jjava.jupyter.kernel.BaseKernel;

/** JJava calls this when the library comes onto its class path. */
public final class JJavaExtension implements Extension {
    @Override
    public void install(BaseKernel kernel) {
        JJavaRenderer.install(kernel);
        Runnable sendOutput = JJavaOutput.install(kernel);
        afterEachStatement(kernel, sendOutput);
        Notebook.attach(new JJavaKernel(kernel));
    }

    /** The result or the error of a statement follows what it printed. */
    private static void afterEachStatement(BaseKernel kernel, Runnable sendOutput) {
        try {
            JShell shell = (JShell) kernel.getClass().getMethod("getJShell").invoke(kernel);
            shell.onSnippetEvent(event -> {
                if (event.exception() instanceof UnresolvedReferenceException undefined) {
                    nameTheMissing(shell, undefined.getSnippet());
                }
                sendOutput.run();
            });
        } catch (ReflectiveOperationException | ClassCastException otherwise) {
            // what was printed is then sent when the cell ends
            return;
        }
    }

    /** A method may be defined before those that it calls; JJava's error does not say which of them are missing. */
    private static void nameTheMissing(JShell shell, DeclarationSnippet called) {
        List<String> missing = shell.unresolvedDependencies(called).toList();
        if (!missing.isEmpty()) {
            System.err.println(name(called) + " uses what is not defined: " + String.join(", ", missing)
                    + ". Define it, then run this cell again.");
        }
    }

    private static String name(DeclarationSnippet snippet) {
        return snippet instanceof MethodSnippet method ? "the method " + method.name() : snippet.name();
    }

    @Override
    public void uninstall(BaseKernel kernel) {
        Notebook.detach();
    }
}

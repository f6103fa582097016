package io.github.grisaille.notebook;

import java.util.List;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.JShell;
import jdk.jshell.MethodSnippet;
import jdk.jshell.UnresolvedReferenceException;
import org.dflib.jjava.jupyter.Extension;
import org.dflib.jjava.jupyter.kernel.BaseKernel;

/** JJava calls this when the library is added to its class path. */
public final class JJavaExtension implements Extension {
    @Override
    public void install(BaseKernel kernel) {
        JJavaRenderer.install(kernel);
        Runnable sendOutput = JJavaOutput.install(kernel);
        afterEachStatement(kernel, sendOutput);
        Notebook.attach(new JJavaKernel(kernel));
    }

    /**
     * Sends the printed output after each statement, so that the result or the error of the statement comes after it.
     */
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
            // then the output is sent when the cell ends
            return;
        }
    }

    /** A method may call methods that are defined later. If they are missing, JJava's error does not name them. */
    private static void nameTheMissing(JShell shell, DeclarationSnippet called) {
        List<String> missing = shell.unresolvedDependencies(called).toList();
        if (!missing.isEmpty()) {
            System.err.println(name(called) + " uses names that are not defined: " + String.join(", ", missing)
                    + ". Define them, then run this cell again.");
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

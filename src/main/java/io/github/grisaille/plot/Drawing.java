package io.github.grisaille.plot;

import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Draws on another thread while the caller waits. The waiting caller can be interrupted; a drawing thread cannot, and
 * the JDK even loses the interrupt of a thread that draws letters. After two minutes the caller stops waiting.
 */
final class Drawing {
    private static final int LONGEST_MINUTES = 2;

    private static final ExecutorService PAINTERS = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "grisaille-drawing");
        thread.setDaemon(true);
        return thread;
    });

    private Drawing() {}

    /**
     * Runs a drawing and returns its result.
     *
     * @param what the name of the drawing in messages
     * @throws CancellationException if the caller is interrupted
     * @throws IllegalStateException if it takes longer than two minutes
     */
    static <T> T apart(String what, Callable<T> drawing) {
        Future<T> made = PAINTERS.submit(drawing);
        try {
            return made.get(LONGEST_MINUTES, TimeUnit.MINUTES);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new CancellationException(what + " was interrupted while it was drawn");
        } catch (TimeoutException endless) {
            throw new IllegalStateException(
                    what + " was not drawn within " + LONGEST_MINUTES + " minutes: draw fewer points", endless);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException refused) {
                throw refused;
            }
            if (failed.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(what + " could not be drawn: " + failed.getCause(), failed.getCause());
        }
    }
}

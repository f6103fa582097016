package io.github.grisaille.notebook;

import java.io.PrintStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import org.dflib.jjava.jupyter.channels.JupyterOutputStream;
import org.dflib.jjava.jupyter.channels.ShellReplyEnvironment;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.DisplayStream;
import org.dflib.jjava.jupyter.kernel.JupyterIO;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;

/**
 * What cells print in JJava, gathered and sent in pieces. JJava sends a message for each line, and its socket drops
 * messages that a front end cannot fetch in time: of 20,000 lines a half was lost, and so could be an exception after
 * them. A piece goes out a tenth of a second after its first byte, when it is large, before the other stream prints,
 * before a picture is shown, and when a statement or the cell ends. So the order stays.
 */
final class JJavaOutput {
    private static final int LARGE = 1 << 16;
    private static final long DELAY_MILLIS = 100;
    /** A page with more text than this cannot be opened; a cell that prints for ever comes to it in seconds. */
    private static final long MOST_A_CELL = 32L << 20;

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "grisaille-output");
        thread.setDaemon(true);
        return thread;
    });
    private final Pace pace = new Pace();
    private final Stream out = new Stream(ShellReplyEnvironment::writeToStdOut);
    private final Stream err = new Stream(ShellReplyEnvironment::writeToStdErr);
    private final Display display = new Display();
    private boolean scheduled;
    private long sent;
    private boolean full;

    private JJavaOutput() {}

    /**
     * Takes the place of the kernel's streams. A version of JJava that is built otherwise keeps its own.
     *
     * @return what sends all that was printed so far
     */
    static Runnable install(BaseKernel kernel) {
        JJavaOutput output = new JJavaOutput();
        try {
            JupyterIO io = kernel.getIO();
            List<Field> fields = List.of(
                    field(JupyterIO.class, "jupyterOut"),
                    field(JupyterIO.class, "jupyterErr"),
                    field(JupyterIO.class, "display"),
                    field(JupyterIO.class, "out"),
                    field(JupyterIO.class, "err"));
            // a cell may be running: %maven loads the library in the middle of one
            ShellReplyEnvironment running = (ShellReplyEnvironment)
                    field(JupyterOutputStream.class, "env").get(fields.get(0).get(io));
            output.out.setEnv(running);
            output.err.setEnv(running);
            output.display.adopt(running);
            fields.get(0).set(io, output.out);
            fields.get(1).set(io, output.err);
            fields.get(2).set(io, output.display);
            fields.get(3).set(io, new PrintStream(output.out, true, StandardCharsets.UTF_8));
            fields.get(4).set(io, new PrintStream(output.err, true, StandardCharsets.UTF_8));
        } catch (ReflectiveOperationException | RuntimeException otherwise) {
            return () -> {};
        }
        return output::send;
    }

    private static Field field(Class<?> type, String name) throws NoSuchFieldException {
        Field field = type.getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }

    private synchronized void send() {
        out.send();
        err.send();
    }

    private synchronized void sendLater() {
        scheduled = false;
        send();
    }

    /** One of the two streams. Every method holds the lock of both, so that they keep their order. */
    private final class Stream extends JupyterOutputStream {
        Stream(BiConsumer<ShellReplyEnvironment, String> write) {
            super(write);
        }

        @Override
        public void write(int value) {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            synchronized (JJavaOutput.this) {
                if (full || length == 0) {
                    return;
                }
                (this == out ? err : out).send();
                super.write(bytes, from, length);
                if (size() >= LARGE) {
                    send();
                } else if (!scheduled) {
                    scheduled = true;
                    clock.schedule(JJavaOutput.this::sendLater, DELAY_MILLIS, TimeUnit.MILLISECONDS);
                }
            }
        }

        /** A print stream calls this after each line: nothing goes out now. */
        @Override
        public void flush() {}

        void send() {
            int whole = wholeCharacters();
            if (whole == 0) {
                return;
            }
            if (isAttached()) {
                wait(whole);
                sent += whole;
            }
            byte[] rest = java.util.Arrays.copyOfRange(buf, whole, count);
            count = whole;
            super.flush();
            super.write(rest, 0, rest.length);
            if (sent > MOST_A_CELL && !full) {
                full = true;
                byte[] last = ("\n[the output of this cell ends here: it printed more than " + (MOST_A_CELL >> 20)
                                + " MB]\n")
                        .getBytes(StandardCharsets.UTF_8);
                super.write(last, 0, last.length);
                super.flush();
            }
        }

        private void wait(int bytes) {
            long nanos = pace.waitBefore(bytes);
            // an interrupted thread does not wait
            if (nanos > 0) {
                LockSupport.parkNanos(nanos);
            }
        }

        /** The number of bytes up to the last whole character: a piece must not end within one. */
        private int wholeCharacters() {
            int at = count;
            while (at > 0 && count - at < 3 && (buf[at - 1] & 0xC0) == 0x80) {
                at--;
            }
            if (at == 0) {
                return count;
            }
            int lead = buf[at - 1] & 0xFF;
            int length = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
            return count - (at - 1) >= length ? count : at - 1;
        }

        @Override
        public void setEnv(ShellReplyEnvironment env) {
            synchronized (JJavaOutput.this) {
                super.setEnv(env);
                sent = 0;
                full = false;
            }
        }

        @Override
        public void retractEnv(ShellReplyEnvironment env) {
            synchronized (JJavaOutput.this) {
                JJavaOutput.this.send();
                super.retractEnv(env);
            }
        }
    }

    /** What cells show: what they printed before comes first. */
    private final class Display extends DisplayStream {
        void adopt(ShellReplyEnvironment env) {
            setEnv(env);
        }

        @Override
        public void display(DisplayData data) {
            send();
            super.display(data);
        }

        @Override
        public void updateDisplay(DisplayData data) {
            send();
            super.updateDisplay(data);
        }
    }
}

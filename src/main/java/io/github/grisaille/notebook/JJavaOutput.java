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
 * Collects the output of cells in JJava and sends it in pieces. JJava itself sends one message per line, and its socket
 * drops messages that the front end does not fetch in time: half of 20,000 lines were lost, and an exception after them
 * could be lost too. A piece is sent 0.1 s after its first byte, when it gets large, before the other stream prints,
 * before something is shown, and when a statement or the cell ends. So the order stays the same.
 */
final class JJavaOutput {
    private static final int LARGE = 1 << 16;
    private static final long DELAY_MILLIS = 100;
    /**
     * The most bytes that one cell may print. A page with more text cannot be opened, and an endless loop prints this
     * much in seconds.
     */
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
     * Replaces the kernel's streams. If a version of JJava has other fields, it keeps its own streams.
     *
     * @return sends everything that was printed so far
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
            // a cell may be running, because %maven loads the library inside one
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

    /** One of the two streams. All methods use one lock for both, so that the order of the output stays the same. */
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

        /** Does nothing: a print stream calls this after each line. */
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

        /** The number of bytes of whole characters. A piece must not end inside a UTF-8 character. */
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

    /** The display of a cell. It sends the printed output first. */
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

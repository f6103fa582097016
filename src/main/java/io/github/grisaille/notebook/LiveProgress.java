package io.github.grisaille.notebook;

import io.github.grisaille.train.Progress;
import java.time.Duration;
import java.util.Locale;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * One output below the cell: a progress bar, the latest values, the time left and a chart. At the end only the final
 * chart and a line of text stay.
 */
final class LiveProgress implements Progress {
    private static final long BAR_EVERY = Duration.ofMillis(500).toNanos();
    private static final long CHART_EVERY = Duration.ofSeconds(3).toNanos();

    private final JupyterKernel kernel;
    private final LongSupplier nanoTime;
    private final String id = UUID.randomUUID().toString();
    private String title;
    private long total;
    private long doneBefore;
    private long started;
    private long barShown;
    private long chartShown;
    private String chart = "";

    LiveProgress(JupyterKernel kernel) {
        this(kernel, System::nanoTime);
    }

    /** Progress with its own clock, for tests. */
    LiveProgress(JupyterKernel kernel, LongSupplier nanoTime) {
        this.kernel = kernel;
        this.nanoTime = nanoTime;
    }

    @Override
    public void begin(String heading, long totalSteps) {
        title = heading;
        total = totalSteps;
        started = nanoTime.getAsLong();
        barShown = started;
        chartShown = started;
        kernel.display(id, bar(0, ""));
    }

    @Override
    public void resume(long step) {
        doneBefore = step;
    }

    @Override
    public void update(long step, Report report) {
        long now = nanoTime.getAsLong();
        if (now - barShown < BAR_EVERY || !kernel.attached()) {
            return;
        }
        barShown = now;
        String latest = report.summary().get();
        // with slow steps it takes a while until there are values for a chart
        if (now - chartShown > CHART_EVERY && !latest.isEmpty()) {
            chartShown = now;
            chart = chart(report);
        }
        kernel.update(id, bar(step, latest) + chart);
    }

    @Override
    public void end(long step, String message, Report report) {
        if (!kernel.attached()) {
            return;
        }
        String last = report.summary().get();
        String text = "<div><b>" + TableHtml.escape(title) + "</b>: " + TableHtml.escape(message) + ", "
                + String.format(Locale.ROOT, "%,d", step - doneBefore) + " steps in "
                + time(nanoTime.getAsLong() - started)
                + (last.isEmpty() ? "" : "; last: " + TableHtml.escape(last)) + "</div>";
        kernel.update(id, text + (last.isEmpty() ? "" : lastChart(report)));
    }

    /**
     * An interrupted training still shows its last chart: the interrupt was meant for the training, not for the chart.
     */
    private static String lastChart(Progress.Report report) {
        boolean interrupted = Thread.interrupted();
        try {
            return chart(report);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The chart, or the reason why it cannot be drawn. Training goes on without it. */
    private static String chart(Progress.Report report) {
        try {
            return report.chart().get().toHtml();
        } catch (RuntimeException | Error failed) {
            return "<div>The chart could not be drawn: " + TableHtml.escape(String.valueOf(failed.getMessage()))
                    + "</div>";
        }
    }

    private String bar(long step, String latest) {
        long elapsed = nanoTime.getAsLong() - started;
        long done = step - doneBefore;
        String left = done == 0 ? "" : ", " + time((long) ((double) elapsed / done * (total - step))) + " left";
        return "<div><b>" + TableHtml.escape(title) + "</b> <progress value=\"" + step + "\" max=\"" + total
                + "\"></progress> " + String.format(Locale.ROOT, "%,d of %,d", step, total) + left
                + (latest.isEmpty() ? "" : "; " + TableHtml.escape(latest)) + "</div>";
    }

    private static String time(long nanoseconds) {
        long seconds = Math.round(nanoseconds / 1e9);
        return seconds < 60 ? seconds + " s" : seconds / 60 + " min " + seconds % 60 + " s";
    }
}

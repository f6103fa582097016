package io.github.grisaille.train;

import java.util.function.Consumer;

/**
 * Lets training go on if its progress reports fail: a broken display must not stop a run, or hide the exception that ends
 * it. After the first failure nothing more is reported, and a remark says why.
 */
final class GuardedProgress implements Progress {
    private final Progress place;
    private final Consumer<String> remark;
    private boolean failed;

    GuardedProgress(Progress place, Consumer<String> remark) {
        this.place = place;
        this.remark = remark;
    }

    @Override
    public void begin(String title, long totalSteps) {
        attempt(() -> place.begin(title, totalSteps));
    }

    @Override
    public void resume(long step) {
        attempt(() -> place.resume(step));
    }

    @Override
    public void update(long step, Report report) {
        attempt(() -> place.update(step, report));
    }

    @Override
    public void end(long step, String message, Report report) {
        attempt(() -> place.end(step, message, report));
    }

    private void attempt(Runnable report) {
        if (failed) {
            return;
        }
        try {
            report.run();
        } catch (RuntimeException | Error broken) {
            failed = true;
            remark.accept("progress could not be shown: " + broken);
        }
    }
}

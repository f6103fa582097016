package io.github.grisaille.bench;

import io.github.grisaille.backend.cpu.ConvolutionAccuracy;
import java.io.IOException;
import java.util.Locale;

/** Reports the errors of Winograd's convolutions and of direct ones side by side. */
final class Accuracy {
    private Accuracy() {}

    static void measure() throws IOException {
        Report report = new Report(
                "accuracy",
                "form",
                "convolution, image and output",
                "computation",
                "largest error, direct",
                "largest error, Winograd",
                "ratio of the largest",
                "mean error, direct",
                "mean error, Winograd",
                "ratio of the means");
        for (ConvolutionAccuracy.Line line : ConvolutionAccuracy.measure()) {
            report.row(
                    line.form(),
                    line.subject(),
                    line.computation(),
                    format("%.1e", line.direct().largest()),
                    format("%.1e", line.winograd().largest()),
                    format("%.1f", line.winograd().largest() / line.direct().largest()),
                    format("%.1e", line.direct().mean()),
                    format("%.1e", line.winograd().mean()),
                    format("%.1f", line.winograd().mean() / line.direct().mean()));
        }
        report.write();
    }

    private static String format(String pattern, double value) {
        return String.format(Locale.ROOT, pattern, value);
    }
}

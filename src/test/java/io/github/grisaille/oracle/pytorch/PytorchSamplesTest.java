package io.github.grisaille.oracle.pytorch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Computes the samples of PyTorch's own tests with the library. {@code pytorch_samples.py} writes them, and {@code
 * -Dsamples=…} names the file. Without it this test does not run, since it needs PyTorch for Python. A sample counts as
 * expressed if layers, losses, tensors and primitives of the library compute it, with no loop over values. Axes may be
 * reshaped and reordered, since images have their channels last here. Samples with an empty tensor do not count.
 */
@EnabledIfSystemProperty(named = "samples", matches = ".+")
final class PytorchSamplesTest {
    private static final class Count {
        int samples;
        int expressed;
        final Map<String, Integer> missing = new TreeMap<>();
    }

    private final Map<String, Consumer<Sample>> rules = new HashMap<>();
    private final Map<String, Count> counts = new TreeMap<>();
    private final List<String> wrong = new ArrayList<>();
    private double worst;

    PytorchSamplesTest() {
        WindowRules.addTo(rules);
        ActivationRules.addTo(rules);
        NormalizationRules.addTo(rules);
        LossRules.addTo(rules);
        TensorRules.addTo(rules);
        ReductionRules.addTo(rules);
    }

    @Test
    void noSampleOfPytorchIsWrong() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of(System.getProperty("samples")))) {
            lines.forEach(this::attempt);
        }
        print();
        assertThat(wrong).isEmpty();
    }

    @SuppressWarnings("unchecked")
    private void attempt(String line) {
        Sample sample = new Sample((Map<String, Object>) Json.read(line));
        if (sample.empty()) {
            return;
        }
        Count count = counts.computeIfAbsent(sample.name(), name -> new Count());
        count.samples++;
        Consumer<Sample> rule = rules.get(sample.name());
        try {
            if (rule == null) {
                throw new NotExpressed("no words for it");
            }
            rule.accept(sample);
            count.expressed++;
            worst = Math.max(worst, sample.worst());
        } catch (NotExpressed missing) {
            count.missing.merge(missing.getMessage(), 1, Integer::sum);
        } catch (RuntimeException | AssertionError problem) {
            wrong.add(sample.name() + ", sample " + count.samples + ": " + problem);
        }
    }

    private void print() {
        int samples = 0;
        int expressed = 0;
        System.out.println("name | samples | expressed | what is missing");
        for (Map.Entry<String, Count> each : counts.entrySet()) {
            Count count = each.getValue();
            samples += count.samples;
            expressed += count.expressed;
            System.out.println(each.getKey() + " | " + count.samples + " | " + count.expressed + " | "
                    + (count.missing.isEmpty() ? "" : count.missing));
        }
        System.out.println("all " + samples + ", expressed " + expressed + ", wrong " + wrong.size());
        System.out.printf("largest error of an expressed sample: %.1e of its largest value%n", worst);
    }
}

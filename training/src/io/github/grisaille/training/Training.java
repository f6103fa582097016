package io.github.grisaille.training;

import java.nio.file.Path;

/** Makes the weights that the jar carries and the results that notebooks read: {@code ./lab train name [file]}. */
public final class Training {
    private static final Path FOLDER = Path.of("target", "trained");
    private static final Path RESULTS = Path.of("notebooks", "results");

    private Training() {}

    /**
     * Trains one of the networks.
     *
     * @param arguments its name, and where to write if not to target/trained or, for what notebooks read, to notebooks/results
     */
    public static void main(String[] arguments) {
        String name = arguments.length == 0 ? "" : arguments[0];
        Path file = arguments.length > 1 ? Path.of(arguments[1]) : FOLDER.resolve(name + ".safetensors");
        switch (name) {
            case "mnist-classifier" -> MnistClassifierTraining.train(file);
            case "stacked-mnist" ->
                StackedMnistTraining.train(arguments.length > 1 ? file : RESULTS.resolve(name + ".csv"));
            default -> {
                System.err.println("there is no network \"" + name + "\" to train; there are: mnist-classifier,"
                        + " stacked-mnist");
                System.exit(1);
            }
        }
    }
}

package io.github.grisaille.training;

import java.nio.file.Path;

/** Makes the weights that the jar carries: {@code ./lab train name [file]}. */
public final class Training {
    private static final Path FOLDER = Path.of("target", "trained");

    private Training() {}

    /**
     * Trains one of the networks.
     *
     * @param arguments its name, and where to write the weights if not to target/trained
     */
    public static void main(String[] arguments) {
        String name = arguments.length == 0 ? "" : arguments[0];
        Path file = arguments.length > 1 ? Path.of(arguments[1]) : FOLDER.resolve(name + ".safetensors");
        switch (name) {
            case "mnist-classifier" -> MnistClassifierTraining.train(file);
            default -> {
                System.err.println("there is no network \"" + name + "\" to train; there is: mnist-classifier");
                System.exit(1);
            }
        }
    }
}

package io.github.grisaille.training;

import java.nio.file.Path;

/** Makes the weights that the jar carries, and the tables that notebooks read: {@code ./lab train name [file]}. */
public final class Training {
    private static final Path FOLDER = Path.of("target", "trained");

    private Training() {}

    /**
     * Trains one of them.
     *
     * @param arguments its name, and where to write the result if not to target/trained
     */
    public static void main(String[] arguments) {
        String name = arguments.length == 0 ? "" : arguments[0];
        Path file = arguments.length > 1 ? Path.of(arguments[1]) : null;
        switch (name) {
            case "mnist-classifier" -> MnistClassifierTraining.train(or(file, name + ".safetensors"));
            case "ring-and-grid" -> RingAndGridTraining.train(or(file, name + ".csv"));
            default -> {
                System.err.println("there is nothing called \"" + name + "\" to train; there are: mnist-classifier,"
                        + " ring-and-grid");
                System.exit(1);
            }
        }
    }

    private static Path or(Path file, String name) {
        return file == null ? FOLDER.resolve(name) : file;
    }
}

package io.github.grisaille.experiments;

import io.github.grisaille.backend.cuda.CudaLaunchCounts;
import java.nio.file.Path;
import java.util.List;

/** Makes the weights in the jar and the results that notebooks read: {@code ./lab train name [place]}. */
public final class Experiments {
    private static final Path FOLDER = Path.of("target", "trained");
    private static final Path RESULTS = Path.of("notebooks", "results");

    private Experiments() {}

    /**
     * Trains one of the networks, or runs one of the series of runs.
     *
     * @param arguments first the name; then the place to write to: a file for weights (by default in target/trained) or
     *     a folder for results (by default notebooks/results); then, for a series, the names of the runs (by default
     *     all)
     */
    public static void main(String[] arguments) {
        String name = arguments.length == 0 ? "" : arguments[0];
        Path file = arguments.length > 1 ? Path.of(arguments[1]) : FOLDER.resolve(name + ".safetensors");
        Path folder = arguments.length > 1 ? Path.of(arguments[1]) : RESULTS;
        List<String> runs = List.of(arguments).subList(Math.min(2, arguments.length), arguments.length);
        switch (name) {
            case "mnist-classifier" -> MnistClassifierTraining.train(file);
            case "face-classifier" -> FaceClassifierTraining.train(file);
            case "ring-and-grid" -> RingAndGridTraining.train(folder.resolve("ring-and-grid.csv"));
            case "mnist-gan-remedies" -> MnistGanRemedies.run(folder, runs);
            case "numpy-gan" -> NumpyGanTraining.run(folder);
            case "stacked-mnist" -> StackedMnistTraining.train(folder.resolve("stacked-mnist.csv"));
            case "dcgan-cures" -> DcganCures.run(folder.resolve("dcgan-cures.csv"), runs);
            case "dcgan-rules" -> DcganRules.run(folder.resolve("dcgan-rules.csv"), runs);
            case "dcgan-speed" -> DcganSpeed.run(folder.resolve("dcgan-speed.csv"));
            case "face-generator" -> FaceGeneratorTraining.train(arguments.length > 1 ? Path.of(arguments[1]) : FOLDER);
            case "walk" -> WalkPicture.draw(RESULTS.getParent(), folder.resolve("walk.png"));
            case "gpu-launches" -> CudaLaunchCounts.run(folder.resolve("gpu-launches.csv"));
            case "image-folder" -> ImageFolderTraining.train(List.of(arguments).subList(1, arguments.length));
            default -> {
                System.err.println("there is no training \"" + name + "\"; there are: mnist-classifier,"
                        + " face-classifier, face-generator, ring-and-grid, mnist-gan-remedies, numpy-gan,"
                        + " stacked-mnist,"
                        + " dcgan-cures, dcgan-rules, dcgan-speed, gpu-launches, image-folder, walk");
                System.exit(1);
            }
        }
    }
}

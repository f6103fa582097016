package io.github.grisaille.experiments;

import static io.github.grisaille.nn.Layers.batchNorm;
import static io.github.grisaille.nn.Layers.conv2d;
import static io.github.grisaille.nn.Layers.convTranspose2d;
import static io.github.grisaille.nn.Layers.flatten;
import static io.github.grisaille.nn.Layers.leakyRelu;
import static io.github.grisaille.nn.Layers.relu;
import static io.github.grisaille.nn.Layers.sequential;
import static io.github.grisaille.nn.Layers.tanh;
import static io.github.grisaille.optim.Optimizers.adam;

import io.github.grisaille.data.ImageFolder;
import io.github.grisaille.nn.Initializers;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.train.Checkpoints;
import io.github.grisaille.train.History;
import io.github.grisaille.train.Latent;
import io.github.grisaille.train.gan.GanTrainer;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/**
 * Trains a small DCGAN on a folder of pictures: {@code ./lab train image-folder [folder [epochs]]}. Without a folder it
 * makes 20,000 pictures in four formats in target/pictures, 100 of them damaged. It prints which pictures were skipped,
 * the speed of reading, the speed of training and the memory used. Checkpoints are in target/trained/image-folder; the
 * same command with more epochs resumes.
 */
final class ImageFolderTraining {
    private static final Path DRAWN = Path.of("target", "pictures");
    private static final Path CHECKPOINTS = Path.of("target", "trained", "image-folder");
    private static final int PICTURES = 20_000;
    private static final int DAMAGED_EVERY = 200;
    private static final int PER_FOLDER = 1000;
    private static final List<String> FORMATS = List.of("png", "jpeg", "gif", "bmp");

    private static final int SIZE = 64;
    private static final int LATENT = 64;
    private static final int WIDTH = 16;
    private static final int BATCH = 64;
    private static final int CHECKPOINT_EVERY = 50;
    private static final double MEGA = 1e6;
    private static final double NANO = 1e-9;

    private ImageFolderTraining() {}

    /**
     * Trains the GAN.
     *
     * @param arguments the folder and the number of epochs, both optional
     */
    static void train(List<String> arguments) {
        Path folder = arguments.isEmpty() ? DRAWN : Path.of(arguments.get(0));
        if (arguments.isEmpty() && !Files.exists(folder)) {
            draw(folder);
        }
        long start = System.nanoTime();
        ImageFolder pictures = ImageFolder.of(folder, SIZE);
        System.out.printf(Locale.ROOT, "%s, ready after %.1f s%n", pictures, seconds(start));
        pictures.skipped().stream()
                .limit(5)
                .forEach(each -> System.out.println("  " + each.file() + ": " + each.reason()));
        play(pictures, arguments.size() > 1 ? Integer.parseInt(arguments.get(1)) : 1);
    }

    private static void play(ImageFolder pictures, int epochs) {
        Sequential generator = generator();
        long start = System.nanoTime();
        History history = new GanTrainer(generator, discriminator())
                .latent(Latent.normal(1, 1, LATENT))
                .optimizers(adam(2e-4f, 0.5f), adam(2e-4f, 0.5f))
                .batch(BATCH)
                .epochs(epochs)
                .seed(1)
                .checkpoints(Checkpoints.in(CHECKPOINTS).everySteps(CHECKPOINT_EVERY))
                .everySteps(CHECKPOINT_EVERY, step -> tell(step, start))
                .fit(pictures.scaled(-1, 1));
        System.out.printf(
                Locale.ROOT,
                "%d steps; discriminator loss %.3f, generator loss %.3f%n",
                history.size(),
                history.last("discriminator loss"),
                history.last("generator loss"));
    }

    private static void tell(long step, long start) {
        System.out.printf(
                Locale.ROOT,
                "step %d after %.0f s; heap: at most %.0f MB used of at most %.0f MB%n",
                step,
                seconds(start),
                peak() / MEGA,
                Runtime.getRuntime().maxMemory() / MEGA);
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) * NANO;
    }

    private static long peak() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getPeakUsage)
                .mapToLong(usage -> usage.getUsed())
                .sum();
    }

    private static Sequential generator() {
        return sequential(
                        convTranspose2d(LATENT, 8 * WIDTH, 4, 1, 0, false),
                        batchNorm(8 * WIDTH),
                        relu(),
                        convTranspose2d(8 * WIDTH, 4 * WIDTH, 4, 2, 1, false),
                        batchNorm(4 * WIDTH),
                        relu(),
                        convTranspose2d(4 * WIDTH, 2 * WIDTH, 4, 2, 1, false),
                        batchNorm(2 * WIDTH),
                        relu(),
                        convTranspose2d(2 * WIDTH, WIDTH, 4, 2, 1, false),
                        batchNorm(WIDTH),
                        relu(),
                        convTranspose2d(WIDTH, 3, 4, 2, 1),
                        tanh())
                .initialize(Initializers.dcgan(), 1);
    }

    private static Sequential discriminator() {
        return sequential(
                        conv2d(3, WIDTH, 4, 2, 1),
                        leakyRelu(0.2f),
                        conv2d(WIDTH, 2 * WIDTH, 4, 2, 1, false),
                        batchNorm(2 * WIDTH),
                        leakyRelu(0.2f),
                        conv2d(2 * WIDTH, 4 * WIDTH, 4, 2, 1, false),
                        batchNorm(4 * WIDTH),
                        leakyRelu(0.2f),
                        conv2d(4 * WIDTH, 8 * WIDTH, 4, 2, 1, false),
                        batchNorm(8 * WIDTH),
                        leakyRelu(0.2f),
                        conv2d(8 * WIDTH, 1, 4, 1, 0),
                        flatten())
                .initialize(Initializers.dcgan(), 2);
    }

    /** Makes pictures of heads on coloured backgrounds, in many sizes. Some files of each format are cut off. */
    private static void draw(Path folder) {
        long start = System.nanoTime();
        IntStream.range(0, PICTURES).parallel().forEach(i -> {
            String format = FORMATS.get(i % FORMATS.size());
            RandomStream random = new RandomStream(1, i);
            byte[] bytes = encoded(head(random), format);
            boolean damaged = i % DAMAGED_EVERY == i / DAMAGED_EVERY % FORMATS.size();
            int length = damaged ? random.nextInt(bytes.length * 9 / 10) : bytes.length;
            Path file = folder.resolve(String.valueOf(i / PER_FOLDER)).resolve(i + "." + format);
            write(file, Arrays.copyOf(bytes, length));
        });
        System.out.printf(Locale.ROOT, "drew %,d pictures in %s in %.0f s%n", PICTURES, folder, seconds(start));
    }

    private static void write(Path file, byte[] bytes) {
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, bytes);
        } catch (IOException failed) {
            throw new UncheckedIOException(file + " could not be written: " + failed, failed);
        }
    }

    private static BufferedImage head(RandomStream random) {
        int width = 80 + random.nextInt(120);
        int height = 80 + random.nextInt(120);
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D graphics = picture.createGraphics();
        graphics.setColor(new Color(random.nextInt(1 << 24)));
        graphics.fillRect(0, 0, width, height);
        graphics.setColor(new Color(160 + random.nextInt(95), 120 + random.nextInt(80), 80 + random.nextInt(80)));
        graphics.fillOval(width / 4, height / 5, width / 2, height * 3 / 5);
        graphics.setColor(Color.BLACK);
        graphics.fillOval(width * 2 / 5, height * 2 / 5, width / 16, height / 16);
        graphics.fillOval(width * 11 / 20, height * 2 / 5, width / 16, height / 16);
        graphics.dispose();
        return picture;
    }

    private static byte[] encoded(BufferedImage picture, String format) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ImageIO.write(picture, format, out);
        } catch (IOException failed) {
            throw new UncheckedIOException("a picture could not be encoded as " + format + ": " + failed, failed);
        }
        return out.toByteArray();
    }
}

package io.github.grisaille.data;

import java.nio.file.Path;
import java.util.Arrays;

/** Gray images and labels in the IDX format, such as MNIST and Fashion-MNIST, raw or compressed with gzip. */
public final class IdxImages {
    private static final int LABEL_AXES = 1;
    private static final int IMAGE_AXES = 3;

    private IdxImages() {}

    /**
     * Images with their labels.
     *
     * @param images a file with three axes: image, row, column
     * @param labels a file with one axis, with one label for each image
     * @throws IllegalArgumentException if a file has another format, is cut off or is damaged, or if the two do not
     *     belong together
     */
    public static ImageDataset read(Path images, Path labels) {
        return join(Idx.read(images), images.toString(), Idx.read(labels), labels.toString());
    }

    static ImageDataset join(Idx images, String imagesName, Idx labels, String labelsName) {
        checkAxes(images, imagesName, IMAGE_AXES, "images");
        checkAxes(labels, labelsName, LABEL_AXES, "labels");
        if (images.shape()[0] != labels.shape()[0]) {
            throw new IllegalArgumentException(imagesName + " holds " + images.shape()[0] + " images and " + labelsName
                    + " holds " + labels.shape()[0] + " labels: the two files do not belong together");
        }
        return new ImageDataset(images.values(), labels.values(), images.shape()[1], images.shape()[2], 1);
    }

    private static void checkAxes(Idx idx, String name, int axes, String what) {
        if (idx.shape().length != axes) {
            throw new IllegalArgumentException(name + " has extents " + Arrays.toString(idx.shape())
                    + ", but a file of " + what + " has " + axes + (axes == 1 ? " axis" : " axes"));
        }
    }
}

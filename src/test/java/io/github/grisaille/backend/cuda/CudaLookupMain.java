package io.github.grisaille.backend.cuda;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Device;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;

/** What a program that asks for the best device gets, in a JVM of its own. */
final class CudaLookupMain {
    private CudaLookupMain() {}

    public static void main(String[] arguments) {
        if (Boolean.getBoolean("asked")) {
            System.out.println(Device.absence().orElse("there is a GPU"));
        }
        Backend backend = Device.best();
        Tensor sum = backend.empty(Shape.of(1));
        backend.sum(backend.tensor(new float[] {1, 2, 4}, Shape.of(3)), sum);
        System.out.println(backend.name() + ": " + sum.item() + ", files in " + System.getProperty("java.io.tmpdir"));
    }
}

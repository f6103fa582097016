package io.github.grisaille.backend.cuda;

import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** Inputs that are the same on every backend, and outputs by name. */
final class CudaBench {
    final Backend backend;
    final Map<String, float[]> results = new LinkedHashMap<>();
    private final Map<String, Tensor> outputs = new LinkedHashMap<>();
    private long seed;

    CudaBench(Backend backend) {
        this.backend = backend;
    }

    /** Values between −1 and 1. */
    Tensor in(int... shape) {
        Tensor drawn = CudaAgreement.JAVA.empty(Shape.of(shape));
        CudaAgreement.JAVA.uniform(new RandomStream(++seed, 0), -1, 1, drawn);
        return drawn.to(backend);
    }

    Tensor positive(int... shape) {
        Tensor drawn = CudaAgreement.JAVA.empty(Shape.of(shape));
        CudaAgreement.JAVA.uniform(new RandomStream(++seed, 1), 0.05f, 0.95f, drawn);
        return drawn.to(backend);
    }

    /** A tensor to be written. It holds other values before. */
    Tensor out(String name, int... shape) {
        Tensor tensor = in(shape);
        outputs.put(name, tensor);
        return tensor;
    }

    Tensor out(String name, Tensor like) {
        return out(name, like.shape().toArray());
    }

    Map<String, float[]> read() {
        outputs.forEach((name, tensor) -> results.put(name, tensor.toArray()));
        return results;
    }

    /** Whole numbers of few bits, which TF32 does not round. */
    static float[] whole(long seed, int count) {
        Random random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextInt(31) - 15;
        }
        return values;
    }
}

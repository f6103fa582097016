package io.github.grisaille.backend;

import io.github.grisaille.tensor.BroadcastPrimitives;
import io.github.grisaille.tensor.ElementPrimitives;
import io.github.grisaille.tensor.ImagePrimitives;
import io.github.grisaille.tensor.LossPrimitives;
import io.github.grisaille.tensor.NormalizationPrimitives;
import io.github.grisaille.tensor.OptimizerPrimitives;
import io.github.grisaille.tensor.ProductPrimitives;
import io.github.grisaille.tensor.RandomPrimitives;
import io.github.grisaille.tensor.ReductionPrimitives;

/**
 * The loops of one backend, in groups. They do not check their operands, because {@link CheckedBackend} does that
 * first: the shapes fit, and all tensors belong to the backend.
 */
public record Primitives(
        Transfers transfers,
        ElementPrimitives elements,
        BroadcastPrimitives broadcasts,
        ReductionPrimitives reductions,
        ProductPrimitives products,
        ImagePrimitives images,
        NormalizationPrimitives normalization,
        RandomPrimitives random,
        LossPrimitives losses,
        OptimizerPrimitives optimizers) {}

package io.github.grisaille.backend.cuda;

import io.github.grisaille.backend.Division;
import io.github.grisaille.tensor.RandomPrimitives;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Tensor;
import java.util.function.Consumer;

/** Random numbers. A thread makes a block of the stream's words. */
final class CudaRandom implements RandomPrimitives {
    private final CudaLaunches launches;

    CudaRandom(CudaLaunches launches) {
        this.launches = launches;
    }

    @Override
    public void uniform(RandomStream random, float low, float high, Tensor y) {
        launch(
                CudaKernel.UNIFORM,
                random,
                y,
                record -> record.addresses(y).integer(y.size()).number(low).number(high - low));
    }

    @Override
    public void normal(RandomStream random, float mean, float deviation, Tensor y) {
        launch(
                CudaKernel.NORMAL,
                random,
                y,
                record -> record.addresses(y).integer(y.size()).number(mean).number(deviation));
    }

    @Override
    public void bernoulli(RandomStream random, float probability, Tensor y) {
        launch(
                CudaKernel.BERNOULLI,
                random,
                y,
                record -> record.addresses(y)
                        .integer(y.size())
                        .number(1 - probability)
                        .unused());
    }

    @Override
    public void dropout(RandomStream random, float rate, Tensor x, Tensor mask, Tensor y) {
        launch(
                CudaKernel.DROPOUT,
                random,
                y,
                record -> record.addresses(x, mask, y)
                        .integer(y.size())
                        .number(rate)
                        .number(1 / (1 - rate)));
    }

    private void launch(CudaKernel kernel, RandomStream random, Tensor result, Consumer<CudaRecord> fields) {
        int blocks = Division.ceil(result.size(), RandomStream.BLOCK);
        launches.launch(kernel, CudaGrid.over(blocks), result, record -> fields.accept(record.random(random, blocks)));
    }
}

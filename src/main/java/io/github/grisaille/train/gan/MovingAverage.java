package io.github.grisaille.train.gan;

import io.github.grisaille.nn.Archive;
import io.github.grisaille.nn.Buffer;
import io.github.grisaille.nn.Parameter;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.nn.State;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Tensor;
import java.util.List;

/**
 * Keeps an exponential moving average (EMA) of the generator's weights in a second network (Yazıcı et al. 2019). After each
 * step, average ← decay · average + (1 − decay) · weights; running statistics are copied. The second network starts as a copy
 * of the generator. It can predict and be saved like any other network, and is usually the better generator.
 */
public final class MovingAverage implements Stabiliser {
    private final Sequential average;
    private final float decay;
    private Tensor[] parts;

    /**
     * @param average a network of the same architecture as the generator; its values are overwritten
     * @param decay the weight of the old average in each step, at least 0 and less than 1, such as 0.999
     */
    public MovingAverage(Sequential average, float decay) {
        if (!(decay >= 0 && decay < 1)) {
            throw new IllegalArgumentException(
                    "a moving average's decay is from 0 to less than 1, and this one is " + decay);
        }
        this.average = average;
        this.decay = decay;
    }

    @Override
    public void begin(Game game) {
        check(game.generator());
        average.to(game.generator().backend());
        List<Parameter> parameters = game.generator().parameters();
        parts = new Tensor[parameters.size()];
        for (int i = 0; i < parts.length; i++) {
            Tensor value = parameters.get(i).value();
            value.backend().copy(value, average.parameters().get(i).value());
            parts[i] = value.backend().empty(value.shape());
        }
        copyBuffers(game.generator());
    }

    @Override
    public void archive(Archive archive, Game game) {
        archive.same("decay", decay);
        archive.part("average").states(average.state());
    }

    private void check(Sequential generator) {
        if (shares(generator)) {
            throw new IllegalArgumentException(
                    "the average of the generator's weights needs a network of its own: make the generator a second time");
        }
        if (!shapes(average).equals(shapes(generator))) {
            throw new IllegalArgumentException(
                    "the average needs a network of the generator's shapes: the generator has " + shapes(generator)
                            + ", and this network has " + shapes(average));
        }
    }

    private boolean shares(Sequential generator) {
        return generator.parameters().stream().anyMatch(average.parameters()::contains);
    }

    private static String shapes(Sequential network) {
        StringBuilder text = new StringBuilder();
        network.state()
                .forEach((name, state) -> text.append(text.isEmpty() ? "" : ", ")
                        .append(name)
                        .append(' ')
                        .append(state.shape()));
        return text.toString();
    }

    @Override
    public void afterGeneratorStep(Game game) {
        List<Parameter> parameters = game.generator().parameters();
        for (int i = 0; i < parts.length; i++) {
            Tensor mean = average.parameters().get(i).value();
            Backend backend = mean.backend();
            backend.scale(parameters.get(i).value(), 1 - decay, parts[i]);
            backend.scale(mean, decay, mean);
            backend.add(mean, parts[i], mean);
        }
        copyBuffers(game.generator());
    }

    private void copyBuffers(Sequential generator) {
        List<Buffer> buffers = generator.buffers();
        for (int i = 0; i < buffers.size(); i++) {
            State target = average.buffers().get(i);
            target.value().backend().copy(buffers.get(i).value(), target.value());
        }
    }
}

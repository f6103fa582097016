package io.github.grisaille.metric;

import io.github.grisaille.data.Dataset;
import io.github.grisaille.loss.Loss;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.tensor.Tensor;

/** The loss on held-out data. */
public final class HeldOut {
    private static final int BATCH = 1000;

    private HeldOut() {}

    /**
     * The mean loss of a model's predictions over all items, in evaluation mode. The loss must be a mean over the
     * batch.
     */
    public static double loss(Sequential model, Loss loss, Dataset inputs, Dataset targets) {
        if (inputs.size() != targets.size()) {
            throw new IllegalArgumentException(
                    "each input needs a target; got " + inputs.size() + " inputs and " + targets.size() + " targets");
        }
        double sum = 0;
        for (int from = 0; from < inputs.size(); from += BATCH) {
            int to = Math.min(inputs.size(), from + BATCH);
            Tensor prediction = model.predict(inputs.items(from, to, model.backend()));
            Tensor target = targets.items(from, to, model.backend());
            sum += (to - from)
                    * (double) loss.evaluate(prediction, target).value().item();
        }
        return sum / inputs.size();
    }
}

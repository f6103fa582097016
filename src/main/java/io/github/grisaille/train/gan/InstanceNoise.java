package io.github.grisaille.train.gan;

import io.github.grisaille.nn.Archive;
import io.github.grisaille.nn.Pass;
import io.github.grisaille.optim.Schedule;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Tensor;

/**
 * Instance noise (Sønderby et al. 2017; Arjovsky and Bottou 2017): normal noise is added to all items that D is shown, real
 * and fake. So their distributions overlap, and D cannot separate them with certainty. A schedule lets the noise decay.
 */
public final class InstanceNoise implements Stabiliser {
    private final float deviation;
    private final Schedule schedule;

    /**
     * @param deviation the standard deviation of the noise at first, in the unit of the data
     * @param schedule a factor of the deviation for each step, such as {@code Schedule.linear(0, 2000, 0)}
     */
    public InstanceNoise(float deviation, Schedule schedule) {
        if (!(deviation >= 0 && deviation < Float.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "the deviation of instance noise is at least 0 and finite, and this one is " + deviation);
        }
        this.deviation = deviation;
        this.schedule = schedule;
    }

    @Override
    public void archive(Archive archive, Game game) {
        archive.same("deviation", deviation);
        archive.alike("schedule", schedule.describe(), Schedule.TOLERANCE);
    }

    @Override
    public Tensor show(Tensor items, Game game, Pass pass) {
        float now = (float) (deviation * schedule.factor(game.step() - 1));
        if (now == 0) {
            return items;
        }
        Backend backend = items.backend();
        Tensor shown = pass.scratch(items.shape());
        backend.normal(game.random(), 0, now, shown);
        backend.add(items, shown, shown);
        return shown;
    }
}

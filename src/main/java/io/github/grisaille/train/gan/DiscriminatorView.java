package io.github.grisaille.train.gan;

import io.github.grisaille.nn.Pass;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.nn.Wanted;
import io.github.grisaille.tensor.Tensor;
import java.util.List;

/** What D is shown in place of items: augmented, then changed by the stabilisers. */
final class DiscriminatorView {
    private final RealBatches batches;
    private final Sequential augmentation;
    private final List<Stabiliser> stabilisers;

    /**
     * @param augmentation layers without parameters, or null
     */
    DiscriminatorView(RealBatches batches, Sequential augmentation, List<Stabiliser> stabilisers) {
        this.batches = batches;
        this.augmentation = augmentation;
        this.stabilisers = stabilisers;
    }

    /** The real items of this batch, for a step of D. */
    Tensor ofReal(Game game, Pass pass) {
        return shown(batches.items(), game, pass);
    }

    /** The fakes that a step of D learns from; stabilisers can exchange some of them. */
    Tensor ofFakes(Tensor fake, Game game, Pass pass) {
        Tensor fakes = fake;
        for (Stabiliser stabiliser : stabilisers) {
            fakes = stabiliser.fakes(fakes, game, pass);
        }
        return shown(fakes, game, pass);
    }

    /** The fakes that G's step is judged by. */
    Tensor ofGenerated(Tensor fake, Game game, Pass pass) {
        return shown(fake, game, pass);
    }

    private Tensor shown(Tensor items, Game game, Pass pass) {
        Tensor shown = items;
        if (augmentation != null) {
            shown = augmentation.forward(items, pass);
            pass.recycle(shown);
        }
        for (Stabiliser stabiliser : stabilisers) {
            shown = stabiliser.show(shown, game, pass);
        }
        return shown;
    }

    /**
     * The gradient for the fakes themselves, from the gradient for {@link #ofGenerated what D was shown}.
     *
     * @param pass the pass in which D was shown them
     */
    Tensor gradientForFakes(Tensor gradient, Pass pass) {
        if (augmentation == null) {
            return gradient;
        }
        Tensor own = augmentation.backward(gradient, pass, Wanted.INPUT);
        pass.recycle(own);
        return own;
    }
}

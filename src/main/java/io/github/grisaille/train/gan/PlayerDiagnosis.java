package io.github.grisaille.train.gan;

import io.github.grisaille.nn.Archive;
import io.github.grisaille.nn.Layer;
import io.github.grisaille.nn.Parameter;
import io.github.grisaille.nn.Pass;
import io.github.grisaille.nn.Sequential;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import io.github.grisaille.tensor.Write;
import io.github.grisaille.train.DeferredValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Measures one of the two networks inside: the gradient norm of each layer, the share of dead ReLUs, and the norm of an
 * update divided by the norm of the weights. All values stay on the device until they are read.
 */
final class PlayerDiagnosis {
    private final String player;
    private final Sequential network;
    private final List<Integer> trained = new ArrayList<>();
    private final List<Tensor> before = new ArrayList<>();
    private Map<String, DeferredValue> readings = Map.of();

    PlayerDiagnosis(String player, Sequential network) {
        this.player = player;
        this.network = network;
        for (int i = 0; i < network.layers().size(); i++) {
            if (!network.layers().get(i).parameters().isEmpty()) {
                trained.add(i);
            }
        }
    }

    /** The names of the values. */
    List<String> series() {
        Stream<String> gradients = trained.stream().map(i -> gradientSeries(player, i));
        Stream<String> dead = DeadRelus.possibleIn(network) ? Stream.of(deadSeries(player)) : Stream.of();
        return Stream.of(gradients, dead, Stream.of(updateSeries(player)))
                .flatMap(names -> names)
                .toList();
    }

    static String gradientSeries(String player, int layer) {
        return "gradient norm, " + player + " layer " + layer;
    }

    static String deadSeries(String player) {
        return "dead ReLUs, " + player;
    }

    static String updateSeries(String player) {
        return "update ratio, " + player;
    }

    /** Call it after backward and before the optimiser's step, while the pass of the forward is open. */
    void beforeUpdate(Pass pass) {
        Backend backend = network.backend();
        Map<String, DeferredValue> fresh = new LinkedHashMap<>();
        for (int i : trained) {
            fresh.put(
                    gradientSeries(player, i),
                    DeferredValue.norm(squares(gradients(network.layers().get(i)), backend)));
        }
        if (DeadRelus.possibleIn(network)) {
            fresh.put(deadSeries(player), DeferredValue.of(DeadRelus.share(network, pass)));
        }
        readings = fresh;
        List<Parameter> parameters = network.parameters();
        for (int i = 0; i < parameters.size(); i++) {
            Tensor value = parameters.get(i).value();
            if (before.size() == i) {
                before.add(backend.empty(value.shape()));
            }
            backend.copy(value, before.get(i));
        }
    }

    private static List<Tensor> gradients(Layer layer) {
        return layer.parameters().stream()
                .filter(Parameter::hasGradient)
                .map(Parameter::gradient)
                .toList();
    }

    /** Call it after the optimiser's step. */
    void afterUpdate() {
        Backend backend = network.backend();
        List<Tensor> values =
                network.parameters().stream().map(Parameter::value).toList();
        for (int i = 0; i < values.size(); i++) {
            backend.subtract(values.get(i), before.get(i), before.get(i));
        }
        readings.put(updateSeries(player), DeferredValue.ratio(squares(before, backend), squares(values, backend)));
    }

    private static Tensor squares(List<Tensor> tensors, Backend backend) {
        Tensor total = backend.empty(Shape.of(1));
        backend.fill(0, total);
        tensors.forEach(tensor -> backend.sumOfSquares(tensor, Write.ADD, total));
        return total;
    }

    /** Tells a checkpoint the values that are repeated until the next diagnosis. */
    void archive(Archive archive) {
        Map<String, DeferredValue> carried = new LinkedHashMap<>();
        List<String> series = series();
        for (int i = 0; i < series.size(); i++) {
            DeferredValue held = readings.get(series.get(i));
            DeferredValue reading = DeferredValue.archive(archive, String.valueOf(i), held, network.backend());
            if (reading != null) {
                carried.put(series.get(i), reading);
            }
        }
        readings = carried;
    }

    Map<String, DeferredValue> readings() {
        return readings;
    }
}

package io.github.grisaille.train;

import io.github.grisaille.io.SafeTensors;
import io.github.grisaille.nn.Archive;
import io.github.grisaille.nn.Parameter;
import io.github.grisaille.nn.State;
import io.github.grisaille.tensor.Backend;
import io.github.grisaille.tensor.Shape;
import io.github.grisaille.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Compares a checkpoint with a run, and then gives the run what the checkpoint holds. */
final class RestoringArchive implements Archive {
    private static final int BRIEF = 120;
    private static final Pattern NUMBER = Pattern.compile("\\d+\\.\\d+(E-?\\d+)?");
    private static final Pattern DIGESTED = Pattern.compile("(.*)[0-9a-f]{8}");

    /** What all parts of one archive share. */
    private static final class Shared {
        final Manifest manifest;
        final SafeTensors tensors;
        final List<String> differences = new ArrayList<>();
        final Set<String> asked = new LinkedHashSet<>();
        final Set<String> unknown = new LinkedHashSet<>();
        boolean comparing = true;

        Shared(Manifest manifest, SafeTensors tensors) {
            this.manifest = manifest;
            this.tensors = tensors;
        }

        void leftOver(String what, Set<String> held) {
            List<String> rest =
                    held.stream().filter(name -> !asked.contains(name)).toList();
            if (!rest.isEmpty()) {
                differences.add("it holds the " + what + " " + rest + ", which this training does not have");
            }
        }
    }

    private final String prefix;
    private final Shared shared;

    private RestoringArchive(String prefix, Shared shared) {
        this.prefix = prefix;
        this.shared = shared;
    }

    /**
     * Restores a run, or refuses the checkpoint and changes nothing.
     *
     * @param file what messages call the checkpoint
     * @return the settings that could not be compared because an older version wrote the checkpoint
     * @throws IllegalArgumentException if the checkpoint belongs to another training; the message lists every difference
     */
    static Set<String> restore(Manifest manifest, SafeTensors tensors, String file, Consumer<Archive> run) {
        Shared shared = new Shared(manifest, tensors);
        RestoringArchive archive = new RestoringArchive("", shared);
        run.accept(archive);
        shared.leftOver("settings", manifest.settings().keySet());
        shared.leftOver("numbers", manifest.numbers().keySet());
        shared.leftOver("tensors", tensors.names());
        if (!shared.differences.isEmpty()) {
            throw new IllegalArgumentException(file + " is a checkpoint of another training than this one: "
                    + String.join("; ", shared.differences)
                    + ". Make the settings the same again, or keep checkpoints in another folder");
        }
        shared.comparing = false;
        run.accept(archive);
        return shared.unknown;
    }

    private void differ(String text) {
        shared.differences.add(text);
    }

    @Override
    public void same(String name, Object setting) {
        shared.asked.add(prefix + name);
        String now = String.valueOf(setting);
        String then = shared.manifest.settings().get(prefix + name);
        if (!now.equals(then)) {
            differ(name, then, now);
        }
    }

    private void differ(String name, String then, String now) {
        boolean brief = now.length() < BRIEF && String.valueOf(then).length() < BRIEF;
        differ(prefix + name + (brief ? " was " + then + ", and is " + now : " is another one"));
    }

    @Override
    public void alike(String name, Object setting, double tolerance) {
        shared.asked.add(prefix + name);
        String now = String.valueOf(setting);
        String then = shared.manifest.settings().get(prefix + name);
        if (digested(then, now)) {
            shared.unknown.add(prefix + name);
        } else if (then == null || !alike(then, now, tolerance)) {
            differ(name, then, now);
        }
    }

    /** Whether an older version wrote nothing, or a digest where words and numbers are now. */
    private boolean digested(String then, String now) {
        if (shared.manifest.version() > 1) {
            return false;
        }
        Matcher digest = DIGESTED.matcher(String.valueOf(then));
        return then == null
                || digest.matches() && now.startsWith(digest.group(1).strip());
    }

    private static boolean alike(String then, String now, double tolerance) {
        Matcher old = NUMBER.matcher(then);
        Matcher present = NUMBER.matcher(now);
        if (!old.replaceAll("").equals(present.replaceAll(""))) {
            return false;
        }
        old.reset();
        present.reset();
        while (old.find()) {
            if (!present.find()) {
                return false;
            }
            double a = Double.parseDouble(old.group());
            double b = Double.parseDouble(present.group());
            if (Math.abs(a - b) > tolerance * Math.max(Math.abs(a), Math.abs(b))) {
                return false;
            }
        }
        return !present.find();
    }

    @Override
    public long number(String name, long value) {
        shared.asked.add(prefix + name);
        Long held = shared.manifest.numbers().get(prefix + name);
        if (held == null) {
            differ("it lacks the number " + prefix + name);
        }
        return shared.comparing || held == null ? value : held;
    }

    @Override
    public void state(String name, State state) {
        String full = prefix + name;
        shared.asked.add(full);
        if (!shared.tensors.names().contains(full)) {
            differ("it lacks the tensor " + full);
        } else if (!shared.comparing) {
            state.set(shared.tensors.values(full));
            if (state instanceof Parameter parameter) {
                parameter.clearGradient();
            }
        } else {
            compareShapes(full, state.shape());
        }
    }

    @Override
    public Tensor optional(String name, Tensor tensor, Backend backend) {
        String full = prefix + name;
        shared.asked.add(full);
        boolean held = shared.tensors.names().contains(full);
        if (shared.comparing) {
            if (held && tensor != null) {
                compareShapes(full, tensor.shape());
            }
            return tensor;
        }
        return held ? backend.tensor(shared.tensors.values(full), Shape.of(shared.tensors.shape(full))) : null;
    }

    private void compareShapes(String full, Shape wanted) {
        int[] shape = shared.tensors.shape(full);
        if (!Arrays.equals(shape, wanted.toArray())) {
            differ(full + " had shape " + Arrays.toString(shape) + ", and has " + Arrays.toString(wanted.toArray()));
        }
    }

    @Override
    public Archive part(String name) {
        return new RestoringArchive(prefix + name + ".", shared);
    }
}

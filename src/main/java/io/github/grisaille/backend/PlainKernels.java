package io.github.grisaille.backend;

/** The innermost loops in plain Java. */
final class PlainKernels extends Kernels {
    @Override
    String name() {
        return "plain loops";
    }

    @Override
    Tile[] tiles() {
        return new Tile[] {new PlainTile(16), new PlainTile(32), new PlainTile(64)};
    }
}

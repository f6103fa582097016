package io.github.grisaille.oracle.pytorch;

/** How PyTorch's axes become the library's: images have their channels first there, and last here. */
enum Axes {
    /** The same axes in the same order. */
    SAME {
        @Override
        Nd toOurs(Nd theirs) {
            return theirs;
        }
    },
    /** One item without the batch axis. */
    ONE_ITEM {
        @Override
        Nd toOurs(Nd theirs) {
            return withFirstAxis(theirs);
        }
    },
    /** (batch, channels, height, width), or one image without the batch axis. */
    IMAGES {
        @Override
        Nd toOurs(Nd theirs) {
            Nd batch = theirs.rank() == 3 ? withFirstAxis(theirs) : theirs;
            if (batch.rank() != 4) {
                throw new NotExpressed("images of rank " + theirs.rank());
            }
            return batch.permute(0, 2, 3, 1);
        }
    },
    /** (batch, channels, length), or one signal without the batch axis: an image with one row. */
    SIGNALS {
        @Override
        Nd toOurs(Nd theirs) {
            Nd batch = theirs.rank() == 2 ? withFirstAxis(theirs) : theirs;
            if (batch.rank() != 3) {
                throw new NotExpressed("signals of rank " + theirs.rank());
            }
            int[] shape = batch.shape();
            return batch.reshape(shape[0], shape[1], 1, shape[2]).permute(0, 2, 3, 1);
        }
    },
    /** (batch, channels, …): all axes but the first two become one axis of pixels. */
    CHANNELS_SECOND {
        @Override
        Nd toOurs(Nd theirs) {
            if (theirs.rank() < 2) {
                throw new NotExpressed("no axis of channels");
            }
            int[] shape = theirs.shape();
            int pixels = theirs.values().length / (shape[0] * shape[1]);
            Nd flat = theirs.reshape(shape[0], shape[1], pixels).permute(0, 2, 1);
            return theirs.rank() == 2 ? theirs : flat.reshape(shape[0], 1, pixels, shape[1]);
        }
    };

    abstract Nd toOurs(Nd theirs);

    private static Nd withFirstAxis(Nd one) {
        int[] shape = new int[one.rank() + 1];
        shape[0] = 1;
        System.arraycopy(one.shape(), 0, shape, 1, one.rank());
        return one.reshape(shape);
    }
}

package io.github.grisaille.backend;

import io.github.grisaille.tensor.Shape;
import java.util.Arrays;

/**
 * The axes of a tensor for which two operands are repeated. Axes of extent 1 are left out. Neighbouring axes that are
 * repeated alike are one axis. So most pairs of shapes have one or two axes.
 *
 * <p>The axes are in the order of memory, the innermost first. A step says how far an operand moves when the index of the
 * axis grows by 1. It is 0 where the operand is repeated. The innermost axis has the steps 1 and 1, 1 and 0 or 0 and 1.
 */
public final class BroadcastAxes {
    private final int[] extents;
    private final int[] stepsOfA;
    private final int[] stepsOfB;

    /** The axes for two shapes that {@link Shape#broadcast} accepts. There is at least one. */
    public BroadcastAxes(Shape a, Shape b) {
        int rank = Math.max(a.rank(), b.rank());
        int[] merged = new int[rank + 1];
        int[] ofA = new int[rank + 1];
        int[] ofB = new int[rank + 1];
        int count = 0;
        int sizeOfA = 1;
        int sizeOfB = 1;
        for (int back = 1; back <= rank; back++) {
            int own = back <= a.rank() ? a.axis(-back) : 1;
            int other = back <= b.rank() ? b.axis(-back) : 1;
            int extent = Math.max(own, other);
            boolean alike = count > 0 && own == 1 == (ofA[count - 1] == 0) && other == 1 == (ofB[count - 1] == 0);
            if (extent > 1 && alike) {
                merged[count - 1] *= extent;
            } else if (extent > 1) {
                merged[count] = extent;
                ofA[count] = own == 1 ? 0 : sizeOfA;
                ofB[count] = other == 1 ? 0 : sizeOfB;
                count++;
            }
            sizeOfA *= own;
            sizeOfB *= other;
        }
        if (count == 0) {
            merged[0] = 1;
            ofA[0] = 1;
            ofB[0] = 1;
            count = 1;
        }
        extents = Arrays.copyOf(merged, count);
        stepsOfA = Arrays.copyOf(ofA, count);
        stepsOfB = Arrays.copyOf(ofB, count);
    }

    private BroadcastAxes(int[] extents, int[] stepsOfA, int[] stepsOfB) {
        this.extents = extents;
        this.stepsOfA = stepsOfA;
        this.stepsOfB = stepsOfB;
    }

    /** The same axes for the operands in the other order. */
    public BroadcastAxes swapped() {
        return new BroadcastAxes(extents, stepsOfB, stepsOfA);
    }

    public int count() {
        return extents.length;
    }

    public int extent(int axis) {
        return extents[axis];
    }

    public int stepOfA(int axis) {
        return stepsOfA[axis];
    }

    public int stepOfB(int axis) {
        return stepsOfB[axis];
    }
}

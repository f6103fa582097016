package io.github.grisaille.metric;

/** Converts logits to probabilities, in double precision. */
final class Probabilities {
    private Probabilities() {}

    /** The softmax of each row of {@code classes} logits. */
    static float[] softmax(float[] logits, int classes) {
        float[] probabilities = new float[logits.length];
        for (int from = 0; from < logits.length; from += classes) {
            double greatest = logits[from];
            for (int c = 1; c < classes; c++) {
                greatest = Math.max(greatest, logits[from + c]);
            }
            double sum = 0;
            for (int c = 0; c < classes; c++) {
                sum += Math.exp(logits[from + c] - greatest);
            }
            for (int c = 0; c < classes; c++) {
                probabilities[from + c] = (float) (Math.exp(logits[from + c] - greatest) / sum);
            }
        }
        return probabilities;
    }
}

package io.github.grisaille.train;

/**
 * The settings of one run that every kind of training has.
 *
 * @param training the kind of training, as checkpoints name it
 * @param batch the batch size
 * @param epochs the number of passes through the data, if the number of steps is not set
 * @param steps the number of steps; 0 if it is not set
 * @param seed of everything random
 */
public record RunSettings(String training, int batch, long epochs, long steps, long seed) {}

/** The mathematics: layers with a forward and an explicit backward, their parameters, and networks made of them. */
package io.github.grisaille.nn;

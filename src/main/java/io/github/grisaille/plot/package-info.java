/** Charts, image grids and animations as plain values; knows no kernel. */
package io.github.grisaille.plot;

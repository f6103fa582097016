package io.github.grisaille.plot;

import tech.tablesaw.api.Table;

/** A value that a notebook shows as a table, such as a record of measures. */
public interface Tabular {
    /** The value as a table. */
    Table table();
}

package io.parallelsaver.spark.read;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.PythonText;
import io.parallelsaver.error.InputException;
import io.parallelsaver.spark.plan.ArrayPlace;
import io.parallelsaver.spark.plan.Source;
import java.util.List;
import java.util.OptionalLong;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The rows of one source: its arrays are the columns.
 *
 * @param source its arrays
 * @param rows how many: the extent of every array's first axis
 * @param schema a column for each array
 */
record Table(Source source, long rows, StructType schema) {
  /**
   * @throws InputException if the arrays have not all the same number of rows, or there are none; the message names two that differ
   */
  static Table of(Source source) {
    OptionalLong rows = OptionalLong.empty();
    String first = null;
    StructType schema = new StructType();
    for (ArrayPlace array : source.arrays()) {
      ArraySpec spec = array.spec();
      if (spec.ndim() > 0) {
        long extent = spec.shape()[0];
        if (rows.isEmpty()) {
          rows = OptionalLong.of(extent);
          first = array.key();
        } else if (rows.getAsLong() != extent) {
          throw new InputException(
              source.path() + ": array " + PythonText.quote(first) + " has "
                  + rows.getAsLong() + " rows, " + PythonText.quote(array.key()) + " has " + extent
                  + "; name arrays of equal length with option keys, or read a row for each array without option rows");
        }
      }
      DataType type = ColumnTypes.of(spec);
      schema = schema.add(array.key(), type, ColumnTypes.isNullable(type));
    }
    return new Table(source, rows.orElse(source.arrays().isEmpty() ? 0 : 1), schema);
  }

  /**
   * The tables of all sources.
   *
   * @throws InputException if one has other columns than the first
   */
  static List<Table> of(List<Source> sources, List<String> keys) {
    List<Table> tables = sources.stream().map(source -> of(source.select(keys))).toList();
    StructType schema = tables.get(0).schema();
    for (Table table : tables) {
      for (StructField field : schema.fields()) {
        int index = table.schema().getFieldIndex(field.name()).isEmpty()
            ? -1
            : table.schema().fieldIndex(field.name());
        DataType found = index < 0 ? null : table.schema().fields()[index].dataType();
        if (!field.dataType().equals(found)) {
          throw new InputException(table.source().path() + ": array "
              + PythonText.quote(field.name()) + " is "
              + (found == null ? "not there" : found.sql()) + ", in "
              + tables.get(0).source().path() + " it is " + field.dataType().sql()
              + "; all must have the same columns, or name those they share with option keys");
        }
      }
    }
    return tables;
  }

  /** The arrays of some columns. */
  ArrayPlace[] columns(StructType wanted) {
    return source.select(List.of(wanted.fieldNames())).arrays().toArray(ArrayPlace[]::new);
  }
}

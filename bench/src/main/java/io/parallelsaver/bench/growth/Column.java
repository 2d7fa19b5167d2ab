package io.parallelsaver.bench.growth;

import io.parallelsaver.cli.ByteSize;
import java.util.Locale;
import java.util.function.Function;

/**
 * A column of a table.
 *
 * @param field what JSON calls it
 * @param heading what people read
 * @param alignment r for right, l for left
 * @param text a value as people read it
 */
record Column(String field, String heading, char alignment, Function<Object, String> text) {
  static Column words(String field, String heading) {
    return new Column(field, heading, 'l', Object::toString);
  }

  static Column count(String field, String heading) {
    return new Column(field, heading, 'r', Object::toString);
  }

  static Column bytes(String field, String heading) {
    return new Column(field, heading, 'r', value -> ByteSize.text((Long) value));
  }

  /** Doubles; one that is not a number is left blank. */
  static Column number(String field, String heading, String format) {
    return new Column(
        field,
        heading,
        'r',
        value -> Double.isNaN((Double) value) ? "" : String.format(Locale.ROOT, format, value));
  }
}

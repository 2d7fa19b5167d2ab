package io.parallelsaver.spark.read;

import java.util.Arrays;
import java.util.function.Predicate;
import org.apache.spark.sql.sources.And;
import org.apache.spark.sql.sources.EqualTo;
import org.apache.spark.sql.sources.Filter;
import org.apache.spark.sql.sources.In;
import org.apache.spark.sql.sources.IsNotNull;
import org.apache.spark.sql.sources.Or;
import org.apache.spark.sql.sources.StringEndsWith;
import org.apache.spark.sql.sources.StringStartsWith;

/** Conditions on the key of an array, which need no array to be read. */
final class KeyFilter {
  private KeyFilter() {}

  /** The condition on keys that a filter is; null if it is about something else. */
  static Predicate<String> of(Filter filter) {
    if (filter instanceof And and) {
      Predicate<String> left = of(and.left());
      Predicate<String> right = of(and.right());
      return left == null || right == null ? null : left.and(right);
    } else if (filter instanceof Or or) {
      Predicate<String> left = of(or.left());
      Predicate<String> right = of(or.right());
      return left == null || right == null ? null : left.or(right);
    }
    if (filter.references().length != 1 || !filter.references()[0].equals(ArrayColumns.KEY)) {
      return null;
    }
    if (filter instanceof EqualTo equal) {
      return key -> key.equals(equal.value());
    } else if (filter instanceof In in) {
      return key -> Arrays.asList(in.values()).contains(key);
    } else if (filter instanceof StringStartsWith start) {
      return key -> key.startsWith(start.value());
    } else if (filter instanceof StringEndsWith end) {
      return key -> key.endsWith(end.value());
    }
    return filter instanceof IsNotNull ? key -> true : null;
  }
}

package io.parallelsaver.shards;

import io.parallelsaver.array.ArraySpec;
import java.util.List;

/**
 * One array of a set.
 *
 * @param key its name
 * @param spec what it is as a whole
 * @param parts where its rows stand, in order; more than one only if it is cut along its first axis
 */
public record ShardedArray(String key, ArraySpec spec, List<Part> parts) {
  /**
   * @throws IllegalArgumentException if the parts are not the array's rows, all of them and in order
   */
  public ShardedArray {
    parts = List.copyOf(parts);
    if (spec.dtype().hasObject()) {
      throw new IllegalArgumentException(
          "dtype " + spec.dtype() + " holds Python objects, which are never in a set");
    }
    if (parts.isEmpty() || parts.size() > 1 && !canBeCut(spec)) {
      throw new IllegalArgumentException("expected one part of an array " + spec + ", found "
          + parts.size()
          + (parts.isEmpty() ? "" : "; only along the first axis in C order is an array cut"));
    }
    long rows = 0;
    for (Part part : parts) {
      if (parts.size() > 1 && part.rows() == 0) {
        throw new IllegalArgumentException("a part without rows at row " + rows);
      }
      rows += part.rows();
      // Neither can be beyond 2^63 here: that is how the sum would look then.
      if (rows > rows(spec) || rows < 0) {
        break;
      }
      long length = rows(spec) == 0 ? 0 : part.rows() * (spec.byteSize() / rows(spec));
      if (part.length() != length) {
        throw new IllegalArgumentException("the part that ends at row " + rows + " takes " + length
            + " bytes by dtype and shape, found " + part.length());
      }
    }
    if (rows != rows(spec)) {
      throw new IllegalArgumentException(
          "expected parts of " + rows(spec) + " rows in all, found " + rows);
    }
  }

  /** Extent of the first axis; 1 for an array without axes. */
  public static long rows(ArraySpec spec) {
    return spec.ndim() == 0 ? 1 : spec.shape()[0];
  }

  /** Whether rows of the first axis are runs of bytes, so that an array can be cut between them. */
  public static boolean canBeCut(ArraySpec spec) {
    return spec.ndim() > 0
        && spec.byteSize() > 0
        && (!spec.fortranOrder() || spec.ndim() == 1)
        && rows(spec) > 1;
  }

  /** What a part is, which is an array of its own in the shard. */
  public ArraySpec spec(Part part) {
    return parts.size() == 1 ? spec : spec.withRows(part.rows());
  }
}

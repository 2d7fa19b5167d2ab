package io.parallelsaver.shards;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.error.InputException;
import java.util.Map;

/**
 * Into how many shards arrays are spread.
 *
 * @param count of shards at most; 0 if their size decides
 * @param bytes of arrays that a shard holds at most; 0 if their number decides
 */
public record Sharding(int count, long bytes) {
  /** One archive, and no set. */
  public static final Sharding NONE = new Sharding(0, 0);

  /** More than the five digits in a shard's name. */
  private static final int MOST = 99_999;

  /**
   * @throws IllegalArgumentException if both are given, or one is out of range
   */
  public Sharding {
    if (count < 0 || count > MOST) {
      throw new IllegalArgumentException("expected 1 to " + MOST + " shards, found " + count);
    }
    if (bytes < 0 || count > 0 && bytes > 0) {
      throw new IllegalArgumentException(
          bytes < 0
              ? "expected a shard of at least 1 byte, found " + bytes
              : "either the number of shards is given or their size");
    }
  }

  /** At most so many shards, of about equal size; fewer if there are not so many rows. */
  public static Sharding ofCount(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("expected 1 to " + MOST + " shards, found " + count);
    }
    return new Sharding(count, 0);
  }

  /** As many shards as are needed so that none holds more bytes of arrays, unless one row is larger or an array cannot be cut. */
  public static Sharding ofSize(long bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("expected a shard of at least 1 byte, found " + bytes);
    }
    return new Sharding(0, bytes);
  }

  public boolean isNone() {
    // Not by equals, which a record has linked at run time: 14 ms of each command's start.
    return count == 0 && bytes == 0;
  }

  /**
   * Spreads arrays.
   *
   * @throws InputException if there would be too many shards, or two members of one name
   */
  public ShardPlan plan(Map<String, ArraySpec> arrays) {
    ShardPlan plan = count > 0 ? ShardPlan.byCount(arrays, count) : ShardPlan.bySize(arrays, bytes);
    if (plan.shards().size() > MOST) {
      throw new InputException("shards of " + bytes + " bytes would be "
          + plan.shards().size() + ", more than the " + MOST
          + " that five digits can number; make them larger");
    }
    return plan;
  }
}

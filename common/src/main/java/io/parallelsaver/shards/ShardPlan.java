package io.parallelsaver.shards;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.PythonText;
import io.parallelsaver.error.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Which rows go into which shard. Arrays stay in their order; one is cut only if it is larger than a shard. */
public final class ShardPlan {
  private final Map<String, ArraySpec> arrays;
  private final List<List<Slice>> shards = new ArrayList<>(List.of(new ArrayList<>()));

  /**
   * What of an array goes into one shard.
   *
   * @param key the array's name
   * @param member the name it has in the shard
   * @param whole what the array is
   * @param from first row
   * @param rows how many; all of them, and 1 of an array without axes, if it is not cut
   */
  public record Slice(String key, String member, ArraySpec whole, long from, long rows) {
    public boolean isWhole() {
      return rows == ShardedArray.rows(whole);
    }

    /** What it is in the shard. */
    public ArraySpec spec() {
      return isWhole() ? whole : whole.withRows(rows);
    }
  }

  private ShardPlan(Map<String, ArraySpec> arrays) {
    this.arrays = arrays;
  }

  /** The slices of each shard; no shard is empty, unless there are no arrays. */
  public List<List<Slice>> shards() {
    return shards;
  }

  private List<Slice> last() {
    return shards.get(shards.size() - 1);
  }

  /** Goes on with the next shard, unless nothing is in this one. */
  private void next() {
    if (!last().isEmpty()) {
      shards.add(new ArrayList<>());
    }
  }

  private void add(String key, ArraySpec spec, long from, long rows) {
    String member = key;
    if (rows != ShardedArray.rows(spec)) {
      member = key + "[" + from + ":" + (from + rows) + "]";
      if (arrays.containsKey(member)) {
        throw new InputException("array " + PythonText.quoteStart(key)
            + " must be cut, and its rows would be called " + PythonText.quoteStart(member)
            + " as another array is; rename that, or make the shards larger");
      }
    }
    last().add(new Slice(key, member, spec, from, rows));
  }

  /** Fills one shard after the other. */
  static ShardPlan bySize(Map<String, ArraySpec> arrays, long most) {
    ShardPlan plan = new ShardPlan(arrays);
    long used = 0;
    for (Map.Entry<String, ArraySpec> entry : arrays.entrySet()) {
      ArraySpec spec = entry.getValue();
      long size = spec.byteSize();
      long rows = ShardedArray.rows(spec);
      if (size <= most || !ShardedArray.canBeCut(spec)) {
        if (size > most - used) {
          plan.next();
          used = 0;
        }
        plan.add(entry.getKey(), spec, 0, rows);
        used += size;
        continue;
      }
      long row = size / rows;
      for (long from = 0; from < rows; ) {
        long count = Math.min(rows - from, Math.max(0, most - used) / row);
        if (count == 0 && used > 0) {
          plan.next();
          used = 0;
          continue;
        }
        plan.add(entry.getKey(), spec, from, Math.max(1, count));
        used += Math.max(1, count) * row;
        from += Math.max(1, count);
      }
    }
    return plan;
  }

  /** Gives each shard the same share, as nearly as arrays and rows allow. */
  static ShardPlan byCount(Map<String, ArraySpec> arrays, int count) {
    ShardPlan plan = new ShardPlan(arrays);
    long total = 0;
    for (ArraySpec spec : arrays.values()) {
      total = Math.addExact(total, spec.byteSize());
    }
    long share = total / count + (total % count == 0 ? 0 : 1);
    int shard = 0;
    long at = 0;
    for (Map.Entry<String, ArraySpec> entry : arrays.entrySet()) {
      ArraySpec spec = entry.getValue();
      long size = spec.byteSize();
      long rows = ShardedArray.rows(spec);
      if (size <= share || !ShardedArray.canBeCut(spec)) {
        // Where most of it lies.
        while (shard + 1 < count && end(total, shard, count) <= at + size / 2) {
          plan.next();
          shard++;
        }
        plan.add(entry.getKey(), spec, 0, rows);
      } else {
        long row = size / rows;
        for (long from = 0; from < rows; ) {
          long left = end(total, shard, count) - at - from * row;
          boolean last = shard + 1 == count;
          long here = last ? rows - from : Math.min(rows - from, (left + row / 2) / row);
          if (here > 0) {
            plan.add(entry.getKey(), spec, from, here);
            from += here;
          }
          if (from < rows) {
            plan.next();
            shard++;
          }
        }
      }
      at += size;
    }
    return plan;
  }

  /** Where in the bytes of all arrays the share of a shard ends. */
  private static long end(long total, int shard, int count) {
    return total / count * (shard + 1) + total % count * (shard + 1) / count;
  }
}

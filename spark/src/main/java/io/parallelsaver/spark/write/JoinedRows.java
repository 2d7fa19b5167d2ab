package io.parallelsaver.spark.write;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.PythonText;
import io.parallelsaver.error.InputException;
import io.parallelsaver.npy.NpyHeader;
import io.parallelsaver.shards.Part;
import io.parallelsaver.shards.ShardedArray;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Arrays whose parts tasks have written: in the order of the tasks, behind the rows that were there before. */
final class JoinedRows {
  private final Map<String, Rows> arrays = new LinkedHashMap<>();

  /** The rows of one array. */
  private static final class Rows {
    private final ArraySpec kind;
    private final List<Part> parts = new ArrayList<>();
    private long count;

    Rows(ArraySpec kind) {
      this.kind = kind;
    }
  }

  /**
   * @param old arrays that are there already
   * @throws InputException if rows cannot be added to one of them
   */
  JoinedRows(List<ShardedArray> old) {
    for (ShardedArray array : old) {
      ArraySpec spec = array.spec();
      if (spec.ndim() == 0 || spec.byteSize() == 0 || spec.fortranOrder() && spec.ndim() > 1) {
        throw new InputException("array " + PythonText.quote(array.key()) + " of " + spec
            + " is there, to which no rows can be added; use mode overwrite");
      }
      Rows rows = new Rows(spec);
      rows.parts.addAll(array.parts());
      rows.count = ShardedArray.rows(spec);
      arrays.put(array.key(), rows);
    }
  }

  /**
   * @param shards in the order of the tasks
   * @param first index of the first of them in the set
   * @return the arrays as they are with these rows
   * @throws InputException if parts of one array differ in more than their rows, or the set has other columns
   */
  List<ShardedArray> with(List<WrittenShard> shards, int first) {
    boolean fresh = arrays.isEmpty();
    for (int i = 0; i < shards.size(); i++) {
      for (WrittenArray part : shards.get(i).arrays()) {
        add(part, first + i, fresh);
      }
    }
    List<ShardedArray> joined = new ArrayList<>();
    long count = -1;
    for (Map.Entry<String, Rows> entry : arrays.entrySet()) {
      Rows rows = entry.getValue();
      if (count >= 0 && rows.count != count) {
        throw new InputException("array " + PythonText.quote(entry.getKey()) + " would have "
            + rows.count + " rows, those before it " + count
            + "; the frame must have the columns that the set has, or use mode overwrite");
      }
      count = rows.count;
      joined.add(new ShardedArray(entry.getKey(), rows.kind.withRows(count), rows.parts));
    }
    return joined;
  }

  private void add(WrittenArray part, int shard, boolean fresh) {
    ArraySpec spec = NpyHeader.parse(ByteBuffer.wrap(part.spec())).spec();
    Rows rows = arrays.get(part.key());
    if (rows == null) {
      if (!fresh) {
        throw new InputException("the set has no array " + PythonText.quote(part.key())
            + "; the frame must have the columns that the set has, or use mode overwrite");
      }
      rows = new Rows(spec);
      arrays.put(part.key(), rows);
    } else if (!rows.kind.withRows(1).equals(spec.withRows(1))) {
      throw new InputException("array " + PythonText.quote(part.key()) + ": some rows are of "
          + rows.kind.withRows(1) + ", others of " + spec.withRows(1)
          + "; all must have one dtype and shape");
    }
    long count = ShardedArray.rows(spec);
    rows.parts.add(part.part(shard, count));
    rows.count += count;
  }
}

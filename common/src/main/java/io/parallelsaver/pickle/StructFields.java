package io.parallelsaver.pickle;

import io.parallelsaver.array.PythonText;
import io.parallelsaver.array.ScalarType;
import io.parallelsaver.array.StructType;
import io.parallelsaver.pickle.Value.Dtype;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Puts a structured dtype together from fields with offsets; gaps become padding. */
final class StructFields {
  private final PickleInput in;
  private final List<StructType.Field> fields = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private long end;
  private long cost = DtypeCalls.SCALAR_COST;
  private int depth;

  StructFields(PickleInput in) {
    this.in = in;
  }

  void add(String name, String title, Dtype dtype, long offset) {
    if (name.isEmpty() || !names.add(name)) {
      throw in.corrupt("field name " + PythonText.quote(name) + " is empty or stands twice");
    }
    if (offset < end) {
      throw in.refused("field " + PythonText.quote(name) + " at byte " + offset
          + " of an element begins before byte " + end
          + ", where the field before it ends; copy the array to a dtype without overlaps");
    }
    pad(offset);
    fields.add(new StructType.Field(name, title, dtype.use()));
    end = Math.addExact(end, dtype.type().itemSize());
    depth = Math.max(depth, dtype.depth() + 1);
    long own = DtypeCalls.SCALAR_COST + 2L * name.length() + (title == null ? 0 : title.length());
    cost += dtype.cost() + own;
    in.spend(dtype.cost() + own);
  }

  private void pad(long to) {
    if (to > end) {
      if (to - end > Integer.MAX_VALUE) {
        throw in.corrupt("padding of " + (to - end) + " bytes in an element");
      }
      fields.add(new StructType.Field(
          "", null, new ScalarType('V', to - end, ByteOrder.LITTLE_ENDIAN, "")));
      end = to;
    }
  }

  /** All fields added. */
  Dtype dtype(long itemSize) {
    if (itemSize < end) {
      throw in.corrupt("an element of " + itemSize + " bytes has fields of " + end);
    }
    pad(itemSize);
    if (depth > DtypeCalls.MAX_DEPTH) {
      throw in.refused("dtypes are nested deeper than " + DtypeCalls.MAX_DEPTH);
    }
    return new Dtype(new StructType(fields), cost, depth);
  }
}

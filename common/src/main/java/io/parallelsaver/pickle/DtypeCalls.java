package io.parallelsaver.pickle;

import io.parallelsaver.array.PythonText;
import io.parallelsaver.array.ScalarType;
import io.parallelsaver.array.SubarrayType;
import io.parallelsaver.pickle.Value.Dict;
import io.parallelsaver.pickle.Value.Dtype;
import io.parallelsaver.pickle.Value.None;
import io.parallelsaver.pickle.Value.Tuple;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Dtypes, in the two ways a pickle gives them: NumPy's, a call with a kind and a size and then a state ({@code
 * numpy/_core/src/multiarray/descriptor.c}), and the one {@link PickleWriter} uses, a call with what {@code numpy.dtype} takes.
 */
final class DtypeCalls {
  /** Levels of dtypes in dtypes. */
  static final int MAX_DEPTH = 32;

  static final int SCALAR_COST = 32;
  private static final int MAX_SCALAR_TEXT = 64;
  private static final int MAX_UNIT = 8;
  private static final Pattern UNIT = Pattern.compile("Y|M|W|D|h|m|s|ms|us|ns|ps|fs|as");
  private static final Pattern SCALAR =
      Pattern.compile("([<>|]?)([biufcmMSUVO])([0-9]{1,10})(\\[[0-9]{0,10}(?:" + UNIT + ")\\])?");

  private final PickleInput in;
  private final Expect expect;

  DtypeCalls(PickleInput in, Expect expect) {
    this.in = in;
    this.expect = expect;
  }

  /** {@code numpy.dtype(what)} or {@code numpy.dtype(what, align, copy)}. */
  Dtype create(Tuple given) throws IOException {
    if (given.size() != 1 && given.size() != 3) {
      throw in.refused("numpy.dtype is called with " + given.size() + " arguments");
    }
    return dtype(given.get(0), 0);
  }

  private Dtype dtype(Object what, int depth) throws IOException {
    in.spend(SCALAR_COST);
    if (depth > MAX_DEPTH) {
      throw in.refused("dtypes are nested deeper than " + MAX_DEPTH);
    }
    if (what instanceof Dict dict) {
      return struct(dict, depth);
    }
    if (what instanceof Tuple pair && pair.size() == 2) {
      return subarray(dtype(pair.get(0), depth + 1), pair.get(1));
    }
    if (what instanceof Run run && run.isText()) {
      return scalar(in.text(run, MAX_SCALAR_TEXT));
    }
    throw in.corrupt("numpy.dtype of " + Value.describe(what));
  }

  private Dtype scalar(String text) {
    Matcher match = SCALAR.matcher(text);
    if (!match.matches()) {
      throw in.corrupt("numpy.dtype of an unknown name");
    }
    char kind = match.group(2).charAt(0);
    if (kind == 'O') {
      throw in.refused("the dtype holds Python objects, which are never loaded; "
          + "convert the array to numbers or strings of fixed length");
    }
    long size = Long.parseLong(match.group(3));
    if (!exists(kind, size)) {
      throw in.corrupt("NumPy has no dtype " + text);
    }
    ByteOrder order = match.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    String unit = match.group(4) == null ? "" : match.group(4);
    return scalar(new ScalarType(kind, kind == 'U' ? 4 * size : size, order, unit));
  }

  private static Dtype scalar(ScalarType type) {
    return new Dtype(type, SCALAR_COST, 0);
  }

  private static boolean exists(char kind, long size) {
    return switch (kind) {
      case 'b' -> size == 1;
      case 'i', 'u' -> size == 1 || size == 2 || size == 4 || size == 8;
      case 'f' -> size == 2 || size == 4 || size == 8 || size == 12 || size == 16;
      case 'c' -> size == 8 || size == 16 || size == 24 || size == 32;
      case 'm', 'M' -> size == 8;
      case 'U' -> size <= Integer.MAX_VALUE / 4;
      default -> size <= Integer.MAX_VALUE;
    };
  }

  private Dtype subarray(Dtype base, Object shape) {
    long[] extents = expect.shape(shape, "as a sub-array's shape");
    int[] dims = new int[extents.length];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = Math.toIntExact(extents[i]);
    }
    if (base.depth() >= MAX_DEPTH) {
      throw in.refused("dtypes are nested deeper than " + MAX_DEPTH);
    }
    long cost = base.cost() + SCALAR_COST + 8L * dims.length;
    in.spend(cost);
    return new Dtype(new SubarrayType(base.use(), dims), cost, base.depth() + 1);
  }

  /** A dictionary of names, formats, offsets, titles (where there are any) and itemsize. */
  private Dtype struct(Dict dict, int depth) throws IOException {
    Tuple names = expect.tuple(dict.get("names"), "of field names");
    Tuple formats = expect.tuple(dict.get("formats"), "of field dtypes");
    Tuple offsets = expect.tuple(dict.get("offsets"), "of field offsets");
    Object titles = dict.get("titles");
    if (formats.size() != names.size()
        || offsets.size() != names.size()
        || titles instanceof Tuple all && all.size() != names.size()) {
      throw in.corrupt("numpy.dtype with names, formats, offsets and titles of different number");
    }
    StructFields fields = new StructFields(in);
    for (int i = 0; i < names.size(); i++) {
      Object title = titles instanceof Tuple all ? all.get(i) : None.NONE;
      fields.add(
          expect.text(names.get(i), "as a field name"),
          title == None.NONE ? null : expect.text(title, "as a field title"),
          dtype(formats.get(i), depth + 1),
          expect.integer(offsets.get(i), "as a field offset"));
    }
    return fields.dtype(expect.integer(dict.get("itemsize"), "as itemsize"));
  }

  /**
   * Gives a dtype its state: version, byte order, (base, shape) of a sub-array, names, name to (dtype, offset, title), itemsize,
   * alignment, flags, and in version 4 metadata.
   */
  void build(Dtype dtype, Tuple state) throws IOException {
    if (state.size() < 8
        || state.size() > 9
        || !state.get(0).equals((long) state.size() - 5)
        || !(dtype.type() instanceof ScalarType plain)) {
      throw in.refused("a dtype's state of unknown version or form");
    }
    ByteOrder order = order(expect.text(state.get(1), "as a byte order"));
    long itemSize = expect.integer(state.get(5), "as itemsize");
    Dtype built;
    if (state.get(4) instanceof Dict fields) {
      built = struct(expect.tuple(state.get(3), "of field names"), fields, itemSize);
    } else if (state.get(2) != None.NONE) {
      Tuple pair = expect.tuple(state.get(2), "of a sub-array");
      if (pair.size() != 2) {
        throw in.corrupt("a sub-array is a base and a shape, found a tuple of " + pair.size());
      }
      built = subarray(expect.dtype(pair.get(0), "of a sub-array"), pair.get(1));
    } else {
      String unit = state.size() == 9 ? unit(plain, state.get(8)) : plain.unit();
      built = scalar(new ScalarType(plain.kind(), plain.itemSize(), order, unit));
    }
    long size = built.type().itemSize();
    if (size != plain.itemSize() || itemSize != size && itemSize != -1) {
      throw in.corrupt("a dtype of " + plain.itemSize() + " bytes is given a state of " + size);
    }
    if (dtype.isFixed() || !(built.type() instanceof ScalarType) && plain.kind() != 'V') {
      throw in.refused("a dtype is given a state that it cannot take, or after it was used");
    }
    dtype.become(built);
  }

  private ByteOrder order(String mark) {
    return switch (mark) {
      case "<", "|" -> ByteOrder.LITTLE_ENDIAN;
      case ">" -> ByteOrder.BIG_ENDIAN;
      default -> throw in.corrupt("a byte order is none of < > |");
    };
  }

  private Dtype struct(Tuple names, Dict fields, long itemSize) throws IOException {
    StructFields struct = new StructFields(in);
    for (Object item : names.items()) {
      String name = expect.text(item, "as a field name");
      if (!(fields.get(name) instanceof Tuple field) || field.size() < 2 || field.size() > 3) {
        throw in.corrupt("field " + PythonText.quote(name) + " has no dtype and offset");
      }
      struct.add(
          name,
          field.size() == 2 ? null : expect.text(field.get(2), "as a field title"),
          expect.dtype(field.get(0), "of a field"),
          expect.integer(field.get(1), "as a field offset"));
    }
    return struct.dtype(itemSize);
  }

  /** The unit of a datetime or timedelta, from (metadata, (unit, count, divisor, events)). Other metadata means nothing to bytes. */
  private String unit(ScalarType plain, Object metadata) throws IOException {
    if (plain.kind() != 'm' && plain.kind() != 'M') {
      return "";
    }
    Tuple pair = expect.tuple(metadata, "as a datetime's metadata");
    Tuple unit = expect.tuple(pair.size() == 2 ? pair.get(1) : pair, "as a datetime's unit");
    if (unit.size() != 4
        || !(unit.get(1) instanceof Long count)
        || !unit.get(2).equals(1L)
        || !unit.get(3).equals(1L)) {
      throw in.refused("a datetime's unit is no tuple of a name, a count, 1 and 1");
    }
    ByteBuffer name = expect.content(unit.get(0), MAX_UNIT, "as the name of a unit");
    String text = StandardCharsets.ISO_8859_1.decode(name).toString();
    if (text.equals("generic")) {
      return "";
    }
    if (!UNIT.matcher(text).matches() || count < 1 || count > Integer.MAX_VALUE) {
      throw in.corrupt("a datetime has no such unit");
    }
    return count == 1 ? "[" + text + "]" : "[" + count + text + "]";
  }
}

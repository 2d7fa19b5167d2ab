package io.parallelsaver.pickle;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import io.parallelsaver.array.ScalarType;
import io.parallelsaver.pickle.Value.Dtype;
import io.parallelsaver.pickle.Value.Ndarray;
import io.parallelsaver.pickle.Value.None;
import io.parallelsaver.pickle.Value.Tuple;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What calls of the few {@link Global}s give, and what a state does to an ndarray or a dtype. Nothing is called in truth. */
final class Calls {
  private final PickleInput in;
  private final Expect expect;
  private final DtypeCalls dtypes;

  Calls(PickleInput in) {
    this.in = in;
    this.expect = new Expect(in);
    this.dtypes = new DtypeCalls(in, expect);
  }

  Expect expect() {
    return expect;
  }

  /** The opcode REDUCE. */
  Object reduce(Object callable, Object arguments) throws IOException {
    if (!(callable instanceof Global global)) {
      throw in.refused("a call of " + Value.describe(callable));
    }
    Tuple given = expect.tuple(arguments, "of arguments");
    try {
      return switch (global) {
        case NDARRAY -> ndarray(given);
        case DTYPE -> dtypes.create(given);
        case RECONSTRUCT -> reconstruct(given);
        case FROM_BUFFER -> fromBuffer(given);
        case SCALAR -> scalar(given);
        case ENCODE -> encode(given);
        case BYTES -> bytes(given);
      };
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw in.corrupt(e.getMessage());
    }
  }

  /** The opcode BUILD. */
  void build(Object target, Object state) throws IOException {
    try {
      if (target instanceof Dtype dtype) {
        dtypes.build(dtype, expect.tuple(state, "as a dtype's state"));
      } else if (target instanceof Ndarray array && array.isEmpty()) {
        build(array, expect.tuple(state, "as an array's state"));
      } else {
        throw in.refused("a state is given to " + Value.describe(target)
            + (target instanceof Ndarray ? " that has one" : ""));
      }
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw in.corrupt(e.getMessage());
    }
  }

  private void count(Tuple given, int least, int most, String call) {
    if (given.size() < least || given.size() > most) {
      throw in.refused(call + " is called with " + given.size() + " arguments, expected "
          + (least == most ? "" : least + " to ") + most);
    }
  }

  private Ndarray reconstruct(Tuple given) {
    count(given, 3, 3, "_reconstruct");
    if (given.get(0) != Global.NDARRAY) {
      throw in.refused("_reconstruct of " + Value.describe(given.get(0))
          + ", expected numpy.ndarray; save plain arrays, such as numpy.asarray(a) gives");
    }
    return new Ndarray();
  }

  /** State: 1, shape, dtype, whether in Fortran order, bytes. */
  private void build(Ndarray array, Tuple state) {
    count(state, 5, 5, "an array's state");
    if (expect.integer(state.get(0), "as the version of an array's state") != 1) {
      throw in.refused("version " + state.get(0) + " of an array's state, known is 1");
    }
    if (!(state.get(3) instanceof Boolean fortran)) {
      throw in.corrupt("the order of an array is " + Value.describe(state.get(3)));
    }
    fill(array, state.get(1), state.get(2), fortran, state.get(4));
  }

  /** Arguments: buffer, dtype, shape, order, and from NumPy 2.2 on the order of the axes. */
  private Ndarray fromBuffer(Tuple given) throws IOException {
    count(given, 4, 5, "_frombuffer");
    Ndarray array = new Ndarray();
    fill(array, given.get(2), given.get(1), isFortran(given.get(3)), given.get(0));
    return array;
  }

  /** Arguments as {@link PickledArray#framing} writes them: shape, dtype, buffer, 0, None, order. */
  private Ndarray ndarray(Tuple given) throws IOException {
    count(given, 6, 6, "numpy.ndarray");
    if (!Long.valueOf(0).equals(given.get(3)) || given.get(4) != None.NONE) {
      throw in.refused("numpy.ndarray with an offset or strides");
    }
    Ndarray array = new Ndarray();
    fill(array, given.get(0), given.get(1), isFortran(given.get(5)), given.get(2));
    return array;
  }

  private boolean isFortran(Object value) throws IOException {
    String order = expect.text(value, "as an order");
    if (order.equals("K")) {
      throw in.refused("the axes of the array lie in memory in neither C nor Fortran order; "
          + "save numpy.ascontiguousarray(a)");
    }
    if (!order.equals("C") && !order.equals("F")) {
      throw in.corrupt("the order of an array is neither C nor F");
    }
    return order.equals("F");
  }

  private void fill(Ndarray array, Object shape, Object dtype, boolean fortran, Object data) {
    DType type = expect.elementType(dtype);
    ArraySpec spec = new ArraySpec(type, expect.shape(shape, "as a shape"), fortran);
    Run run = expect.bytes(data, "of an array");
    long least = run.form() == Run.Form.LATIN1 ? run.length() / 2 + run.length() % 2 : run.length();
    if (spec.byteSize() < least || spec.byteSize() > run.length()) {
      throw in.corrupt("an array of " + spec.byteSize() + " bytes (" + type.itemSize()
          + " for each element), found " + run + " at byte " + run.offset());
    }
    array.fill(spec, run);
  }

  /** A NumPy integer as a {@code Long}, a {@code numpy.str_} as a {@code String}. */
  private Object scalar(Tuple given) throws IOException {
    count(given, 2, 2, "scalar");
    DType type = expect.dtype(given.get(0), "of a scalar").use();
    if (!(type instanceof ScalarType plain) || "iuU".indexOf(plain.kind()) < 0) {
      throw in.refused("a NumPy scalar of dtype kind other than i, u and U");
    }
    ByteBuffer content = expect.content(given.get(1), PickleInput.MAX_TEXT, "of a scalar");
    if (content.remaining() != plain.itemSize()) {
      throw in.corrupt("a scalar of " + plain + " from " + content.remaining() + " bytes");
    }
    content.order(plain.order());
    return plain.kind() == 'U' ? codePoints(content) : integer(content, plain.kind() == 'i');
  }

  private static String codePoints(ByteBuffer content) {
    StringBuilder text = new StringBuilder();
    while (content.hasRemaining()) {
      text.appendCodePoint(content.getInt());
    }
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == 0) {
      end--;
    }
    return text.substring(0, end);
  }

  private Long integer(ByteBuffer content, boolean signed) {
    int size = content.remaining();
    long value = 0;
    for (int i = 0; i < size; i++) {
      int at = content.order() == ByteOrder.BIG_ENDIAN ? i : size - 1 - i;
      value = value << 8 | content.get(at) & 0xFF;
    }
    int unused = 64 - 8 * size;
    if (!signed && unused == 0 && value < 0) {
      throw in.refused("a NumPy integer beyond 2^63-1");
    }
    return signed ? value << unused >> unused : value;
  }

  private Run encode(Tuple given) throws IOException {
    count(given, 2, 2, "_codecs.encode");
    if (!(given.get(0) instanceof Run run) || run.form() != Run.Form.TEXT) {
      throw in.corrupt("_codecs.encode of " + Value.describe(given.get(0)));
    }
    String encoding = expect.text(given.get(1), "as an encoding");
    if (!encoding.equals("latin1")) {
      throw in.refused("_codecs.encode to another encoding than latin1");
    }
    return new Run(Run.Form.LATIN1, run.offset(), run.length());
  }

  private Run bytes(Tuple given) {
    count(given, 0, 1, "bytes");
    return given.size() == 0
        ? new Run(Run.Form.BYTES, in.position(), 0)
        : expect.bytes(given.get(0), "to make bytes of");
  }
}

package io.parallelsaver.pickle;

import io.parallelsaver.array.DType;
import io.parallelsaver.array.ScalarType;
import io.parallelsaver.array.StructType;
import io.parallelsaver.array.SubarrayType;
import io.parallelsaver.error.InputException;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes a pickle of protocol 5, without frames and without a memo. It names {@code numpy.ndarray} and {@code numpy.dtype} only:
 * public names that mean the same in every version of NumPy.
 */
final class PickleWriter {
  private static final int PROTOCOL = 5;

  /** Longest string whose length fits into one byte. */
  private static final int SHORT = 0xFF;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** What every pickle begins with. */
  static PickleWriter start() {
    return new PickleWriter().operand(Opcode.PROTO, 1, PROTOCOL);
  }

  int size() {
    return out.size();
  }

  byte[] bytes() {
    return out.toByteArray();
  }

  PickleWriter op(Opcode opcode) {
    out.write(opcode.code());
    return this;
  }

  /** An opcode and its operand of {@code length} bytes. */
  PickleWriter operand(Opcode opcode, int length, long value) {
    op(opcode);
    out.write(little(value), 0, length);
    return this;
  }

  private static byte[] little(long value) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
  }

  /** The opcode that says that so many raw bytes follow, which are a {@code bytearray}. */
  PickleWriter byteArray(long length) {
    return operand(Opcode.BYTEARRAY8, 8, length);
  }

  PickleWriter integer(long value) {
    if (value == (value & 0xFF)) {
      return operand(Opcode.BININT1, 1, value);
    } else if (value == (int) value) {
      return operand(Opcode.BININT, 4, value);
    }
    int length = BigInteger.valueOf(value).toByteArray().length;
    operand(Opcode.LONG1, 1, length);
    out.write(little(value), 0, length);
    return this;
  }

  /**
   * A {@code str}.
   *
   * @throws InputException if the text has half of a surrogate pair
   */
  PickleWriter text(String text) {
    byte[] utf8;
    try {
      ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      utf8 = new byte[encoded.remaining()];
      encoded.get(utf8);
    } catch (CharacterCodingException e) {
      throw new InputException("the text " + text + " has half of a surrogate pair", e);
    }
    if (utf8.length <= SHORT) {
      operand(Opcode.SHORT_BINUNICODE, 1, utf8.length);
    } else {
      operand(Opcode.BINUNICODE, 4, utf8.length);
    }
    out.writeBytes(utf8);
    return this;
  }

  PickleWriter tuple(long... values) {
    op(Opcode.MARK);
    for (long value : values) {
      integer(value);
    }
    return op(Opcode.TUPLE);
  }

  /**
   * Strings and their removal, which have no effect, so that {@code more} bytes later the position is a multiple of {@code
   * alignment}.
   */
  PickleWriter pad(int more, int alignment) {
    int least = 3;
    int gap = Math.floorMod(-(size() + more), alignment);
    if (gap == 0) {
      return this;
    }
    int length = gap < least ? gap + alignment - least : gap - least;
    return text(" ".repeat(length)).op(Opcode.POP);
  }

  PickleWriter global(String module, String name) {
    return text(module).text(name).op(Opcode.STACK_GLOBAL);
  }

  /**
   * A dtype.
   *
   * @throws InputException if it holds Python objects
   */
  PickleWriter dtype(DType type) {
    if (type.hasObject()) {
      throw new InputException("dtype " + type + " holds Python objects, which cannot be saved; "
          + "convert the array to numbers or strings of fixed length");
    }
    return global("numpy", "dtype").description(type).op(Opcode.TUPLE1).op(Opcode.REDUCE);
  }

  /** What {@code numpy.dtype} makes the dtype from: a string, a dictionary, or a pair of those and a shape. */
  private PickleWriter description(DType type) {
    if (type instanceof ScalarType scalar) {
      return text(scalar.toString());
    } else if (type instanceof SubarrayType sub) {
      description(sub.base()).op(Opcode.MARK);
      for (int dim : sub.dims()) {
        integer(dim);
      }
      return op(Opcode.TUPLE).op(Opcode.TUPLE2);
    }
    return struct((StructType) type);
  }

  private PickleWriter struct(StructType type) {
    List<StructType.Field> fields =
        type.fields().stream().filter(field -> !isPadding(field)).toList();
    op(Opcode.EMPTY_DICT).op(Opcode.MARK);
    text("names").op(Opcode.MARK);
    fields.forEach(field -> text(field.name()));
    op(Opcode.TUPLE).text("formats").op(Opcode.MARK);
    fields.forEach(field -> description(field.type()));
    op(Opcode.TUPLE).text("offsets").op(Opcode.MARK);
    long offset = 0;
    for (StructType.Field field : type.fields()) {
      if (!isPadding(field)) {
        integer(offset);
      }
      offset += field.type().itemSize();
    }
    op(Opcode.TUPLE);
    if (fields.stream().anyMatch(field -> field.title() != null)) {
      text("titles").op(Opcode.MARK);
      for (StructType.Field field : fields) {
        if (field.title() == null) {
          op(Opcode.NONE);
        } else {
          text(field.title());
        }
      }
      op(Opcode.TUPLE);
    }
    return text("itemsize").integer(offset).op(Opcode.SETITEMS);
  }

  private static boolean isPadding(StructType.Field field) {
    return field.name().isEmpty()
        && field.type() instanceof ScalarType scalar
        && scalar.kind() == 'V';
  }
}

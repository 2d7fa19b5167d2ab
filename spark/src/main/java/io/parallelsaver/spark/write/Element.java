package io.parallelsaver.spark.write;

import io.parallelsaver.error.InputException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;

/**
 * How values of one of Spark's types become elements of an array.
 *
 * @param dtype as {@code dtype.str} has it
 * @param size bytes of an element
 * @param hasNull whether null is an element too: a time that is no time
 * @param put appends a value, little-endian
 */
record Element(String dtype, int size, boolean hasNull, Put put) {
  /** What NumPy takes for no time. */
  static final long NOT_A_TIME = Long.MIN_VALUE;

  private static final BigInteger PAST_UINT64 = BigInteger.ONE.shiftLeft(Long.SIZE);

  /** Appends a value. */
  interface Put {
    void put(SpecializedGetters from, int ordinal, ByteBuffer to);
  }

  /** Whether elements of arrays can be made of this type at all. */
  static boolean fits(DataType type, int textLength) {
    return type instanceof BinaryType
        || type instanceof StringType && textLength > 0
        || of(type, 0, textLength) != null;
  }

  /**
   * @param length of the first value, in bytes, if they are bytes: all have to have it
   * @param textLength characters of an element, if they are strings
   * @return null if there are no such elements
   */
  static Element of(DataType type, int length, int textLength) {
    if (type instanceof BooleanType) {
      return number("|b1", 1, (from, at, to) -> to.put((byte) (from.getBoolean(at) ? 1 : 0)));
    } else if (type instanceof ByteType) {
      return number("|i1", 1, (from, at, to) -> to.put(from.getByte(at)));
    } else if (type instanceof ShortType) {
      return number("<i2", 2, (from, at, to) -> to.putShort(from.getShort(at)));
    } else if (type instanceof IntegerType) {
      return number("<i4", 4, (from, at, to) -> to.putInt(from.getInt(at)));
    } else if (type instanceof LongType) {
      return number("<i8", 8, (from, at, to) -> to.putLong(from.getLong(at)));
    } else if (type instanceof FloatType) {
      return number("<f4", 4, (from, at, to) -> to.putFloat(from.getFloat(at)));
    } else if (type instanceof DoubleType) {
      return number("<f8", 8, (from, at, to) -> to.putDouble(from.getDouble(at)));
    } else if (type instanceof DecimalType decimal && isInteger(decimal)) {
      return number("<u8", 8, (from, at, to) -> to.putLong(unsigned(from, at, decimal)));
    } else if (type instanceof DateType) {
      return new Element("<M8[D]", 8, true, (from, at, to) -> to.putLong(from.getInt(at)));
    } else if (type instanceof TimestampNTZType || type instanceof TimestampType) {
      return new Element("<M8[us]", 8, true, (from, at, to) -> to.putLong(from.getLong(at)));
    } else if (type instanceof StringType && textLength > 0) {
      return number(
          "<U" + textLength,
          Math.multiplyExact(4, textLength),
          (from, at, to) -> putText(from.getUTF8String(at).toString(), textLength, to));
    } else if (type instanceof BinaryType && length > 0) {
      return number("|V" + length, length, (from, at, to) -> putBytes(from, at, length, to));
    }
    return null;
  }

  private static Element number(String dtype, int size, Put put) {
    return new Element(dtype, size, false, put);
  }

  /** What uint64 is read as. */
  private static boolean isInteger(DecimalType decimal) {
    return decimal.scale() == 0 && decimal.precision() <= 20;
  }

  private static long unsigned(SpecializedGetters from, int at, DecimalType type) {
    BigInteger value =
        from.getDecimal(at, type.precision(), 0).toJavaBigDecimal().toBigIntegerExact();
    if (value.signum() < 0 || value.compareTo(PAST_UINT64) >= 0) {
      throw new InputException(value + " is no uint64; cast it to long or double");
    }
    return value.longValue();
  }

  private static void putText(String text, int most, ByteBuffer to) {
    int length = text.codePointCount(0, text.length());
    if (length > most) {
      throw new InputException(
          "a string of " + length + " characters; option textLength is " + most + ", raise it");
    }
    text.codePoints().forEach(to::putInt);
    for (int i = length; i < most; i++) {
      to.putInt(0);
    }
  }

  private static void putBytes(SpecializedGetters from, int at, int length, ByteBuffer to) {
    byte[] bytes = from.getBinary(at);
    if (bytes.length != length) {
      throw new InputException(
          bytes.length + " bytes, the first row has " + length + "; all must have the same number");
    }
    to.put(bytes);
  }
}

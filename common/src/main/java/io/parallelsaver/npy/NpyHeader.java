package io.parallelsaver.npy;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import io.parallelsaver.array.MlDType;
import io.parallelsaver.array.PythonText;
import io.parallelsaver.array.SubarrayType;
import io.parallelsaver.npy.PythonLiteral.Tuple;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/**
 * The header of a {@code .npy} array: magic, version, and the Python dictionary that gives dtype, order and shape.
 *
 * <pre>
 *  offset 0        6   7   8          10 (version 1) or 12
 *         \x93NUMPY  maj min  dictionary length (u16 or u32)  dictionary, spaces, \n   array bytes
 * </pre>
 *
 * <p>Source: {@code numpy/lib/_format_impl.py}.
 *
 * @param spec what the array is
 * @param length bytes from the magic to the first byte of the array
 */
public record NpyHeader(ArraySpec spec, int length) {
  /** Bytes that suffice for {@link #length(ByteBuffer)}. */
  public static final int PREFIX = 12;

  /** Longest header read unless the reader asks for more. Only dtypes with tens of thousands of fields have longer ones. */
  public static final int MAX_LENGTH = 1 << 20;

  /** What {@code ml_dtypes} calls its float8_e5m2, and NumPy without that package refuses. */
  private static final String FLOAT8_E5M2 = "f1";

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int ALIGNMENT = 64;

  /** More axes than any NumPy allows. A shape of thousands would be a way to fill the memory. */
  private static final int MAX_NDIM = 256;

  /** Longest part of a message that may hold text of the file. */
  private static final int MAX_MESSAGE = 300;

  /** Digits that NumPy leaves room for, so that the growing axis can be rewritten in place. */
  private static final int GROWTH_DIGITS = 21;

  /**
   * The dtype of a {@code descr}, as it stands in a header but for the quotes around the whole: {@code <f8}, or a list of fields.
   *
   * @throws IllegalArgumentException if it describes no dtype of an array
   */
  public static DType dtype(String descr) {
    return Descr.parse(descr.startsWith("[") ? PythonLiteral.parse(descr) : descr);
  }

  /** The {@code descr} of a dtype, as {@link #dtype(String)} reads it. */
  public static String descr(DType dtype) {
    String text = dtype.descr();
    return text.startsWith("'") ? text.substring(1, text.length() - 1) : text;
  }

  /** Whether the bytes begin as a {@code .npy} array does. Does not move the buffer. */
  public static boolean hasMagic(ByteBuffer start) {
    return start.remaining() >= MAGIC.length
        && start.slice().limit(MAGIC.length).equals(ByteBuffer.wrap(MAGIC));
  }

  /**
   * Length of the header that begins with these bytes. Does not move the buffer.
   *
   * @param start at least {@link #PREFIX} bytes, unless the array is shorter
   * @param maxLength longest header to be read, in bytes
   * @return bytes from the magic to the first byte of the array
   * @throws IllegalArgumentException if this is no header, or a longer one
   */
  public static int length(ByteBuffer start, int maxLength) {
    ByteBuffer in = start.slice().order(ByteOrder.LITTLE_ENDIAN);
    if (!hasMagic(in)) {
      throw new IllegalArgumentException("no .npy magic: expected \\x93NUMPY, found " + quoted(in));
    }
    if (in.remaining() < PREFIX) {
      throw new IllegalArgumentException(
          ".npy header is cut off after " + in.remaining() + " bytes");
    }
    int major = in.get(6);
    int minor = in.get(7);
    if (major < 1 || major > 3 || minor != 0) {
      throw new IllegalArgumentException(
          "unknown .npy version " + major + "." + minor + ", known are 1.0, 2.0 and 3.0");
    }
    long length = major == 1 ? 10L + (in.getShort(8) & 0xFFFF) : 12 + (in.getInt(8) & 0xFFFFFFFFL);
    if (length > maxLength) {
      throw new IllegalArgumentException(".npy header of " + length
          + " bytes is longer than the limit of " + maxLength
          + "; raise the limit if you trust the file");
    }
    return (int) length;
  }

  /**
   * Reads a header.
   *
   * @param start bytes from the magic on, at least the whole header; not moved
   * @throws IllegalArgumentException if the header is cut off or does not say what an array is
   */
  public static NpyHeader parse(ByteBuffer start) {
    int length = length(start, Integer.MAX_VALUE);
    if (start.remaining() < length) {
      throw new IllegalArgumentException(
          ".npy header is cut off: expected " + length + " bytes, found " + start.remaining());
    }
    int major = start.get(start.position() + 6);
    int textAt = major == 1 ? 10 : 12;
    Charset charset = major == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
    try {
      String text = charset
          .newDecoder()
          .decode(start.slice().position(textAt).limit(length))
          .toString();
      return new NpyHeader(spec(text), length);
    } catch (CharacterCodingException | IllegalArgumentException | ArithmeticException e) {
      throw new IllegalArgumentException(
          ".npy header is not understood: " + shortened(String.valueOf(e.getMessage())), e);
    }
  }

  /** A message may hold what it found, all of it. */
  private static String shortened(String message) {
    return message.length() > MAX_MESSAGE ? message.substring(0, MAX_MESSAGE) + "..." : message;
  }

  private static ArraySpec spec(String text) {
    int end = text.lastIndexOf('}') + 1;
    String rest = text.substring(end).strip();
    boolean commented = rest.startsWith("#");
    ArraySpec spec = spec(PythonLiteral.parse(commented ? text.substring(0, end) : text));
    if (commented && spec.logicalType().isEmpty()) {
      // Any other comment is none of ours.
      return MlDType.named(rest.substring(1).strip())
          .filter(type -> type.stored().equals(spec.dtype()))
          .map(type -> type.stored(spec))
          .orElse(spec);
    }
    return spec;
  }

  private static ArraySpec spec(Object literal) {
    if (!(literal instanceof Map<?, ?> map)
        || !map.keySet().equals(Set.of("descr", "fortran_order", "shape"))) {
      throw new IllegalArgumentException(
          "expected a dictionary of descr, fortran_order and shape, found " + literal);
    }
    if (!(map.get("fortran_order") instanceof Boolean fortran)) {
      throw new IllegalArgumentException(
          "fortran_order is not a boolean: " + map.get("fortran_order"));
    }
    if (!(map.get("shape") instanceof Tuple tuple)
        || !tuple.items().stream().allMatch(Long.class::isInstance)) {
      throw new IllegalArgumentException("shape is not a tuple of integers: " + map.get("shape"));
    }
    if (tuple.items().size() > MAX_NDIM) {
      throw new IllegalArgumentException("a shape of " + tuple.items().size()
          + " axes; NumPy has at most 64, read are " + MAX_NDIM);
    }
    long[] shape = tuple.items().stream().mapToLong(Long.class::cast).toArray();
    if (map.get("descr") instanceof String name
        && FLOAT8_E5M2.equals(name.replaceFirst("^[<=|]", ""))) {
      return MlDType.FLOAT8_E5M2.stored(
          new ArraySpec(MlDType.FLOAT8_E5M2.stored(), shape, fortran));
    }
    DType dtype = Descr.parse(map.get("descr"));
    if (dtype instanceof SubarrayType) {
      throw new IllegalArgumentException("a sub-array stands only inside a field: " + dtype);
    }
    return new ArraySpec(dtype, shape, fortran);
  }

  /**
   * The header that {@code numpy.save} writes for such an array, byte for byte; of a type that NumPy has not, with the type's name in a
   * comment behind the dictionary, which {@code np.load} skips as Python does.
   */
  public static byte[] bytes(ArraySpec spec) {
    long[] shape = spec.shape();
    StringBuilder text = new StringBuilder();
    text.append("{'descr': ").append(spec.dtype().descr());
    text.append(", 'fortran_order': ").append(spec.fortranOrder() ? "True" : "False");
    text.append(", 'shape': ").append(PythonText.tuple(shape)).append(", }");
    if (shape.length > 0) {
      int digits =
          Long.toString(shape[spec.fortranOrder() ? shape.length - 1 : 0]).length();
      text.append(" ".repeat(Math.max(0, GROWTH_DIGITS - digits)));
    }
    spec.logicalType().ifPresent(type -> text.append("# ").append(type));
    boolean latin1 = StandardCharsets.ISO_8859_1.newEncoder().canEncode(text);
    byte[] dictionary =
        text.toString().getBytes(latin1 ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
    int major = !latin1 ? 3 : padded(10, dictionary.length) - 10 > 0xFFFF ? 2 : 1;
    return assemble(major, dictionary);
  }

  private static byte[] assemble(int major, byte[] dictionary) {
    int prefix = major == 1 ? 10 : 12;
    int length = padded(prefix, dictionary.length);
    ByteBuffer out = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    out.put(MAGIC).put((byte) major).put((byte) 0);
    if (major == 1) {
      out.putShort((short) (length - prefix));
    } else {
      out.putInt(length - prefix);
    }
    out.put(dictionary);
    Arrays.fill(out.array(), out.position(), length - 1, (byte) ' ');
    out.put(length - 1, (byte) '\n');
    return out.array();
  }

  /** Header length with at least one space of padding, which NumPy always adds. */
  private static int padded(int prefix, int dictionary) {
    int used = prefix + dictionary + 1;
    return used + ALIGNMENT - used % ALIGNMENT;
  }

  private static String quoted(ByteBuffer in) {
    byte[] found = new byte[Math.min(in.remaining(), MAGIC.length)];
    in.get(0, found);
    return PythonText.quote(new String(found, StandardCharsets.ISO_8859_1));
  }
}

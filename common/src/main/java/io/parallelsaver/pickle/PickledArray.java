package io.parallelsaver.pickle;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.Region;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.InputException;
import io.parallelsaver.pickle.Value.Ndarray;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * A file that holds the pickle of one {@code ndarray}: {@code data_N.dat}.
 *
 * <pre>
 *  0            dataOffset (multiple of 64)
 *  | before      | array bytes ...          | after |
 *    PROTO 5, padding, numpy.ndarray, shape,          0, None, order, TUPLE, REDUCE, STOP
 *    dtype, BYTEARRAY8 length
 * </pre>
 *
 * <p>{@code pickle.load} of Python 3.8 or later and any NumPy makes of it an array that can be written to, with the same dtype (byte
 * order included), shape and memory order.
 */
public final class PickledArray {
  /** The array's first byte stands at a multiple of this. */
  public static final int ALIGNMENT = 64;

  /** Bytes of the opcode BYTEARRAY8 and its length. */
  private static final int BYTE_ARRAY_SIZE = 9;

  private PickledArray() {}

  /**
   * What stands around the array's bytes.
   *
   * @param before a multiple of {@link #ALIGNMENT} bytes
   * @param after what follows the array's last byte
   */
  public record Framing(byte[] before, byte[] after) {}

  /** How an array's bytes stand in a file. */
  public enum Encoding {
    /** As they are. */
    RAW,
    /** Each as a character of a string in UTF-8, one or two bytes long, as protocol 2 has it: see {@link Latin1Decoder}. */
    LATIN1
  }

  /**
   * Where an array stands.
   *
   * @param spec what it is
   * @param data where its bytes are; {@code spec.byteSize()} of them if raw, up to twice as many if encoded
   * @param encoding what the region holds
   */
  public record Located(ArraySpec spec, Region data, Encoding encoding) {}

  /**
   * The bytes before and after an array's bytes. The file is their concatenation.
   *
   * @throws InputException if the dtype holds Python objects
   */
  public static Framing framing(ArraySpec spec) {
    int more = arguments(new PickleWriter(), spec).size() + BYTE_ARRAY_SIZE;
    byte[] before = arguments(PickleWriter.start().pad(more, ALIGNMENT), spec)
        .byteArray(spec.byteSize())
        .bytes();
    byte[] after = new PickleWriter()
        .integer(0)
        .op(Opcode.NONE)
        .text(String.valueOf(spec.order()))
        .op(Opcode.TUPLE)
        .op(Opcode.REDUCE)
        .op(Opcode.STOP)
        .bytes();
    return new Framing(before, after);
  }

  private static PickleWriter arguments(PickleWriter out, ArraySpec spec) {
    return out.global("numpy", "ndarray").op(Opcode.MARK).tuple(spec.shape()).dtype(spec.dtype());
  }

  /**
   * Finds the array in a file that holds its pickle and nothing else, of protocol 2 to 5, as Python 3 with any NumPy writes it, or
   * {@link #framing}. Its bytes are not read.
   *
   * <p>Python itself turns a big-endian array that was dumped with protocol 2 to 4 into the machine's byte order when it loads it; here
   * the array keeps its dtype. The values are the same.
   *
   * @param file named in the result and in messages
   * @param channel the open file
   * @throws CorruptException if it is no such pickle, or cut off, or more bytes follow
   * @throws InputException if it holds anything but an ndarray without Python objects
   */
  public static Located locate(Path file, FileChannel channel) {
    try {
      PickleInput in = new PickleInput(file, channel);
      if (!(PickleMachine.load(in) instanceof Ndarray array) || array.isEmpty()) {
        throw new InputException(file + ": it holds no ndarray");
      }
      Run run = array.data();
      Encoding encoding = run.form() == Run.Form.LATIN1 ? Encoding.LATIN1 : Encoding.RAW;
      return new Located(array.spec(), new Region(file, run.offset(), run.length()), encoding);
    } catch (IOException e) {
      throw new InputException("cannot read " + file + ": " + e, e);
    }
  }
}

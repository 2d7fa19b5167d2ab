package io.parallelsaver.pickle;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.InputException;
import io.parallelsaver.pickle.Value.Tuple;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * A file that holds the pickle of {@code (shape, dtype, byte_offset)}: {@code data_metadata_N.dat}. It does not say in which order the
 * axes lie in memory; the array's own pickle does.
 *
 * @param spec shape and dtype; in C order
 * @param offset of the array's first byte in the block that all arrays are restored into
 */
public record PickledMetadata(ArraySpec spec, long offset) {
  public PickledMetadata {
    if (offset < 0) {
      throw new IllegalArgumentException("negative offset " + offset);
    }
    spec = new ArraySpec(spec.dtype(), spec.shape(), false);
  }

  public PickledMetadata(long[] shape, DType dtype, long offset) {
    this(new ArraySpec(dtype, shape, false), offset);
  }

  /**
   * The pickle.
   *
   * @throws InputException if the dtype holds Python objects
   */
  public byte[] bytes() {
    return PickleWriter.start()
        .tuple(spec.shape())
        .dtype(spec.dtype())
        .integer(offset)
        .op(Opcode.TUPLE3)
        .op(Opcode.STOP)
        .bytes();
  }

  /**
   * What a file holds.
   *
   * @param file named in messages
   * @param channel the open file
   * @throws CorruptException if it is no pickle of these three
   * @throws InputException if it holds what is not read
   */
  public static PickledMetadata read(Path file, FileChannel channel) {
    try {
      PickleInput in = new PickleInput(file, channel);
      Expect expect = new Expect(in);
      Tuple tuple = expect.tuple(PickleMachine.load(in), "of shape, dtype and offset");
      if (tuple.size() != 3) {
        throw in.corrupt(
            "expected a tuple of shape, dtype and offset, found one of " + tuple.size());
      }
      return new PickledMetadata(
          expect.shape(tuple.get(0), "as shape"),
          expect.elementType(tuple.get(1)),
          expect.integer(tuple.get(2), "as offset"));
    } catch (IllegalArgumentException e) {
      throw new CorruptException(file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new InputException("cannot read " + file + ": " + e, e);
    }
  }
}

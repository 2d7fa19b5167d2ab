package io.parallelsaver.pickle;

import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.InputException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** A file that holds the pickle of one {@code str}, an array's key: {@code data_index_N.dat}. */
public final class PickledKey {
  private PickledKey() {}

  /**
   * The pickle of a key.
   *
   * @throws InputException if the key has half of a surrogate pair
   */
  public static byte[] bytes(String key) {
    return PickleWriter.start().text(key).op(Opcode.STOP).bytes();
  }

  /**
   * The key in a file. A {@code numpy.str_} is a {@code str} too.
   *
   * @param file named in messages
   * @param channel the open file
   * @throws CorruptException if it is no pickle
   * @throws InputException if it holds anything but a {@code str}
   */
  public static String read(Path file, FileChannel channel) {
    try {
      PickleInput in = new PickleInput(file, channel);
      Object value = PickleMachine.load(in);
      if (value instanceof String || value instanceof Run run && run.isText()) {
        return new Expect(in).text(value, "as a key");
      }
      throw new InputException(file + ": a key is a str, found " + Value.describe(value)
          + "; name the arrays by strings when they are saved");
    } catch (IOException e) {
      throw new InputException("cannot read " + file + ": " + e, e);
    }
  }
}

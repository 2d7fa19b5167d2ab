package io.parallelsaver.npy;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.FileData;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.array.Region;
import io.parallelsaver.array.WholeRows;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.InputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.BiFunction;

/** A {@code .npy} file: its header is read, its array's bytes are named where they stand. */
public final class NpyFile {
  /** Enough for nearly every header. */
  private static final int FIRST_READ = 512;

  private NpyFile() {}

  /** The array of a file, whose header takes at most {@link NpyHeader#MAX_LENGTH} bytes. */
  public static NDArray array(Path file) {
    return array(file, NpyHeader.MAX_LENGTH);
  }

  /**
   * The array of a file. What follows its last byte is left alone, as {@code np.load} does.
   *
   * @param maxHeader longest header to be read, in bytes
   * @return an array whose data is a {@link FileData}: the file must not change as long as the array is used
   * @throws CorruptException if the header is not understood, or the file is shorter than it says
   * @throws InputException if there is no such file, or it holds pickled Python objects
   */
  public static NDArray array(Path file, int maxHeader) {
    return read(file, maxHeader, (header, there) -> {
      ArraySpec spec = header.spec();
      if (there < spec.byteSize()) {
        throw new CorruptException(file + ": array " + spec + " takes " + spec.byteSize()
            + " bytes from byte " + header.length() + " on, found " + there
            + "; the file is cut off, "
            + rows(file, header, there).map(found -> found + " are").orElse("not one row is")
            + " there");
      }
      return NDArray.of(spec, new FileData(new Region(file, header.length(), spec.byteSize())));
    });
  }

  /**
   * What is there of the array of a file that is cut off; empty if it is not, or not one row is there.
   *
   * @param maxHeader longest header to be read, in bytes
   * @throws CorruptException if the header is not understood
   * @throws InputException if the file cannot be read, or holds pickled Python objects
   */
  public static Optional<WholeRows> wholeRows(Path file, int maxHeader) {
    return read(file, maxHeader, (header, there) -> rows(file, header, there));
  }

  private static Optional<WholeRows> rows(Path file, NpyHeader header, long there) {
    return there >= header.spec().byteSize()
        ? Optional.empty()
        : WholeRows.of(header.spec(), file, header.length(), there);
  }

  /**
   * @param found is given the header, and how many bytes there are behind it
   */
  private static <T> T read(Path file, int maxHeader, BiFunction<NpyHeader, Long, T> found) {
    if (!Files.exists(file)) {
      throw new InputException("there is no file " + file);
    }
    if (!Files.isRegularFile(file)) {
      throw new InputException("cannot read " + file + ": it is "
          + (Files.isDirectory(file) ? "a directory" : "no regular file"));
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      NpyHeader header = header(channel, maxHeader);
      if (header.spec().dtype().hasObject()) {
        throw new InputException(
            file + ": dtype " + header.spec().dtype()
                + " holds pickled Python objects, which are never unpickled here; convert it to numbers or strings of fixed length");
      }
      return found.apply(header, channel.size() - header.length());
    } catch (IllegalArgumentException e) {
      throw new CorruptException(file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new InputException("cannot read " + file + ": " + e, e);
    }
  }

  private static NpyHeader header(FileChannel channel, int maxHeader) throws IOException {
    ByteBuffer start = read(channel, FIRST_READ);
    int length = NpyHeader.length(start, maxHeader);
    return NpyHeader.parse(length <= start.remaining() ? start : read(channel, length));
  }

  /** The first {@code length} bytes; fewer at the end of the file. */
  private static ByteBuffer read(FileChannel channel, int length) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (out.hasRemaining() && channel.read(out, out.position()) >= 0) {
      continue;
    }
    return out.flip();
  }
}

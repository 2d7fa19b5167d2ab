package io.parallelsaver.npy;

import io.parallelsaver.array.FileData;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.array.Region;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.InputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

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
    if (!Files.exists(file)) {
      throw new InputException("there is no file " + file);
    }
    if (!Files.isRegularFile(file)) {
      throw new InputException("cannot read " + file + ": it is "
          + (Files.isDirectory(file) ? "a directory" : "no regular file"));
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return array(file, header(channel, maxHeader), channel.size());
    } catch (IllegalArgumentException e) {
      throw new CorruptException(file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new InputException("cannot read " + file + ": " + e, e);
    }
  }

  private static NDArray array(Path file, NpyHeader header, long size) {
    if (header.spec().dtype().hasObject()) {
      throw new InputException(
          file + ": dtype " + header.spec().dtype()
              + " holds pickled Python objects, which are never unpickled here; convert it to numbers or strings of fixed length");
    }
    long bytes = header.spec().byteSize();
    if (size - header.length() < bytes) {
      throw new CorruptException(file + ": array " + header.spec() + " takes " + bytes
          + " bytes from byte " + header.length() + " on, found " + (size - header.length())
          + "; the file is cut off");
    }
    return NDArray.of(header.spec(), new FileData(new Region(file, header.length(), bytes)));
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

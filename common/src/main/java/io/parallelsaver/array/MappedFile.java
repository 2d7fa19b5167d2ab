package io.parallelsaver.array;

import io.parallelsaver.error.FileFailure;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A file seen through memory. It is mapped as a whole at the first look, in segments, since the kernel allows a process only some
 * 65,000 mappings and a file may hold more arrays than that.
 */
public final class MappedFile {
  private static final long SEGMENT = 1 << 30;

  private final Path path;
  private final FileChannel opened;
  private List<ByteBuffer> segments;
  private long size;

  private MappedFile(Path path, FileChannel opened) {
    this.path = path;
    this.opened = opened;
  }

  /** The file that has this name when it is first looked at. */
  public static MappedFile of(Path path) {
    return new MappedFile(path, null);
  }

  /**
   * The file that a channel is open on, whatever happens to its name.
   *
   * @param opened must stay open as long as arrays are looked at for the first time
   */
  public static MappedFile of(Path path, FileChannel opened) {
    return new MappedFile(path, opened);
  }

  /**
   * The bytes of a region in one piece if it is at most 1 GiB, else in pieces of that length.
   *
   * @throws IllegalStateException if the channel has been closed
   * @throws UncheckedIOException if the file cannot be mapped, or ends before the region does
   */
  List<ByteBuffer> pieces(Region where) {
    try {
      map();
      if (where.end() > size) {
        throw new EOFException(
            where.file() + " ends at " + size + ", expected it to reach " + where.end());
      }
      if (where.length() == 0) {
        return List.of();
      }
      int segment = (int) (where.offset() / SEGMENT);
      int inside = (int) (where.offset() % SEGMENT);
      if (inside + where.length() <= segments.get(segment).capacity()) {
        return List.of(segments.get(segment).slice(inside, (int) where.length()));
      }
      // Crosses the end of a segment: at most as many regions as there are segments need their own.
      try (FileChannel channel = reopened()) {
        return map(channel == null ? opened : channel, where.offset(), where.end());
      }
    } catch (ClosedChannelException e) {
      throw new IllegalStateException(
          path + " has been closed: look at its arrays before, or restore them", e);
    } catch (IOException e) {
      throw new UncheckedIOException(
          e instanceof EOFException ? e : FileFailure.named("cannot map " + path, e));
    }
  }

  private synchronized void map() throws IOException {
    if (segments == null) {
      try (FileChannel own = reopened()) {
        FileChannel channel = own == null ? opened : own;
        size = channel.size();
        segments = map(channel, 0, size);
      }
    }
  }

  /** A channel to be closed again; null if one was given that is somebody else's. */
  private FileChannel reopened() throws IOException {
    return opened == null ? FileChannel.open(path, StandardOpenOption.READ) : null;
  }

  private static List<ByteBuffer> map(FileChannel channel, long from, long to) throws IOException {
    List<ByteBuffer> pieces = new ArrayList<>();
    for (long at = from; at < to; at += SEGMENT) {
      pieces.add(channel.map(MapMode.READ_ONLY, at, Math.min(SEGMENT, to - at)));
    }
    return pieces;
  }
}

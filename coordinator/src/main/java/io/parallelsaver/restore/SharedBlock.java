package io.parallelsaver.restore;

import io.parallelsaver.error.FileFailure;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.error.StorageFullException;
import io.parallelsaver.job.JobFile.Mode;
import io.parallelsaver.shm.FreeSpace;
import io.parallelsaver.shm.PrivateFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The one shared file that workers fill with all restored arrays. It is kept for the next restore, mapped as it is, because pages that
 * were touched before are far cheaper than new ones. For one call at a time.
 */
public final class SharedBlock implements AutoCloseable {
  private static final int SEGMENT = 1 << 30;

  /** A block larger than this share of shared memory is not kept. */
  private static final int KEPT_SHARE = 8;

  private final Path file;
  private List<ByteBuffer> segments = List.of();
  private long mapped;

  /** So many bytes from its beginning on have been written, all pages of which are there. */
  private long filled;

  /**
   * @param file its name; the file is made when it is first prepared
   */
  public SharedBlock(Path file) {
    this.file = file;
  }

  /** Where it is. */
  public Path file() {
    return file;
  }

  /**
   * Makes sure that the file is there, has at least this length, that there is room for it, and that it is mapped. Workers write into
   * it through its channel: what does not fit is an error there, not a fault.
   *
   * @throws StorageFullException if shared memory has not so much left
   */
  void prepare(long length) {
    try {
      long kept = Files.exists(file) ? Files.size(file) : 0;
      long there = FreeSpace.of(file.getParent());
      if (length - kept > there) {
        throw new StorageFullException("restoring needs "
            + length
            + " bytes of shared memory, there are "
            + (there + kept)
            + " in "
            + file.getParent().getParent()
            + "; enlarge it, restore fewer arrays at a time, or restore to files");
      }
      try (FileChannel channel =
          PrivateFile.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ)) {
        if (kept < length) {
          // The last array may be empty, and then nobody writes up to the end.
          channel.write(ByteBuffer.allocate(1), length - 1);
        }
        if (mapped < length) {
          segments = map(channel, length);
          mapped = length;
        }
      }
    } catch (IOException e) {
      throw FileFailure.of(
          "cannot prepare shared block " + file + " of " + length + " bytes", file, 0, e);
    }
  }

  private static List<ByteBuffer> map(FileChannel channel, long length) throws IOException {
    List<ByteBuffer> segments = new ArrayList<>();
    for (long at = 0; at < length; at += SEGMENT) {
      segments.add(channel.map(MapMode.READ_ONLY, at, Math.min(SEGMENT, length - at)));
    }
    return segments;
  }

  /**
   * How jobs write it. The first touch of a page through a mapping costs twice a write of it, any other nothing: so workers put bytes
   * through their mappings where pages are there.
   *
   * @param length how far it will be written
   */
  Mode mode(long length) {
    return length <= filled ? Mode.WRITE_MAPPED : Mode.WRITE;
  }

  /** Notes that all bytes up to there have been written, but for gaps shorter than a page. */
  void filled(long length) {
    filled = Math.max(filled, length);
  }

  /** The parts of the mapping that hold an array, whose bytes must all have been written. */
  ByteBuffer[] slice(long offset, long length) {
    if (length > 0 && offset / SEGMENT == (offset + length - 1) / SEGMENT) {
      ByteBuffer segment = segments.get((int) (offset / SEGMENT));
      return new ByteBuffer[] {segment.slice((int) (offset % SEGMENT), (int) length)};
    }
    List<ByteBuffer> slices = new ArrayList<>();
    for (long at = offset; at < offset + length; ) {
      int inside = (int) (at % SEGMENT);
      int take = (int) Math.min(SEGMENT - inside, offset + length - at);
      slices.add(segments.get((int) (at / SEGMENT)).slice(inside, take));
      at += take;
    }
    return slices.toArray(ByteBuffer[]::new);
  }

  /** Keeps the file for the next restore if it is not too large a part of shared memory. */
  public void recycle() {
    try {
      if (Files.exists(file)
          && Files.size(file) > Files.getFileStore(file).getTotalSpace() / KEPT_SHARE) {
        unlink();
      }
    } catch (IOException e) {
      throw new SaverException("cannot look at shared block " + file + ": " + e, e);
    }
  }

  /** Gives all memory back at once: it is cut to nothing, so that also what is still mapped holds no page. Nobody may look at it any more. */
  @Override
  public void close() {
    try {
      if (Files.exists(file)) {
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)
            .close();
      }
    } catch (IOException e) {
      throw new SaverException("cannot empty shared block " + file + ": " + e, e);
    }
    unlink();
  }

  /** Removes the name. The bytes stay as long as something is mapped; the next restore gets others. */
  void unlink() {
    try {
      Files.deleteIfExists(file);
      segments = List.of();
      mapped = 0;
      filled = 0;
    } catch (IOException e) {
      throw new SaverException("cannot remove shared block " + file + ": " + e, e);
    }
  }
}

package io.parallelsaver.shm;

import io.parallelsaver.error.SaverException;
import io.parallelsaver.error.StorageFullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A file in shared memory, all of it really there, mapped for writing. */
public final class SharedFile implements AutoCloseable {
  private static final int SEGMENT = 1 << 30;

  private final Path file;
  private final List<ByteBuffer> segments;

  private SharedFile(Path file, List<ByteBuffer> segments) {
    this.file = file;
    this.segments = segments;
  }

  /**
   * Creates it, filled with zeros.
   *
   * @throws StorageFullException if there is no room for it
   */
  public static SharedFile create(Path file, long length) {
    try (FileChannel channel = PrivateFile.create(file)) {
      try {
        Reservation.check(file, length);
        Reservation.reserve(file, channel, 0, length);
        List<ByteBuffer> segments = new ArrayList<>();
        for (long at = 0; at < length; at += SEGMENT) {
          segments.add(channel
              .map(MapMode.READ_WRITE, at, Math.min(SEGMENT, length - at))
              .order(ByteOrder.nativeOrder()));
        }
        return new SharedFile(file, segments);
      } catch (IOException | RuntimeException e) {
        Files.deleteIfExists(file);
        throw e;
      }
    } catch (IOException e) {
      throw new SaverException("cannot create " + file + " of " + length + " bytes: " + e, e);
    }
  }

  public Path file() {
    return file;
  }

  /** The bytes, in pieces of 1 GiB, in native order; for writing. */
  public List<ByteBuffer> segments() {
    return segments.stream()
        .map(segment -> segment.duplicate().order(ByteOrder.nativeOrder()))
        .toList();
  }

  /** Removes the name. The memory goes when nobody has it mapped any more. */
  @Override
  public void close() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new SaverException("cannot remove " + file + ": " + e, e);
    }
  }
}

package io.parallelsaver.transfer;

import io.parallelsaver.job.JobFile;
import io.parallelsaver.shm.Mapping;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/** A file of {@link JobFile.Mode#WRITE_MAPPED}, mapped as a whole, in overlapping segments so that a short range never spans two. */
final class MappedBlock {
  /** The longest range that {@link #slice} gives. */
  static final int LONGEST = 1 << 20;

  private static final long SEGMENT = 1 << 30;

  private final Path file;
  private final Object identity;
  private final long length;
  private long call;
  private final List<ByteBuffer> segments = new ArrayList<>();

  /**
   * @param call that wants it
   */
  MappedBlock(Path file, long call) throws IOException {
    this.file = file;
    this.call = call;
    try (FileChannel channel = FileChannel.open(
        file, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      identity = attributes(file).fileKey();
      length = channel.size();
      for (long at = 0; at < length; at += SEGMENT) {
        long end = Math.min(length, at + SEGMENT + LONGEST);
        segments.add(channel.map(MapMode.READ_WRITE, at, end - at));
      }
    }
  }

  /** Whether the name still stands for this file, and this is all of it; looks once for each call. */
  boolean isStillThere(long next) throws IOException {
    if (call == next) {
      return true;
    }
    call = next;
    BasicFileAttributes now = attributes(file);
    // No other file can have the inode number of one that is mapped.
    return now.size() == length && now.fileKey().equals(identity);
  }

  /** Unmaps it. No slice of it may be looked at any more. */
  void unmap() {
    segments.forEach(Mapping::end);
    segments.clear();
  }

  private static BasicFileAttributes attributes(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class);
  }

  /**
   * @throws IndexOutOfBoundsException if the range is longer than {@link #LONGEST} or reaches out of the file
   */
  ByteBuffer slice(long offset, int count) {
    if (offset < 0 || count > LONGEST || offset + count > length) {
      throw new IndexOutOfBoundsException(
          count + " bytes at " + offset + " of " + file + ", which has " + length);
    }
    return segments.get((int) (offset / SEGMENT)).slice((int) (offset % SEGMENT), count);
  }
}

package io.parallelsaver.job;

import io.parallelsaver.error.FileFailure;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.error.StorageFullException;
import io.parallelsaver.job.JobFile.Mode;
import io.parallelsaver.shm.FreeSpace;
import io.parallelsaver.shm.PrivateFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The files of a call, which its jobs name by number: what is not here, no job of the call can read or write. The coordinator stores them
 * in the run directory before it sends the first job; whoever does a job looks a file up there when it opens it first, so that a call of a
 * hundred thousand files costs no process more than the files it is at.
 *
 * <pre>
 * 0 i32 files   4 for each: i32 mode, i32 bytes of the path, i64 where the path is, i64 from, i64 end   paths, in UTF-8
 * </pre>
 */
public final class CallFiles {
  private static final int HEADER = 4;
  private static final int RECORD = 32;

  /** Paths are no longer in Linux. */
  private static final int LONGEST_PATH = 4096 * 3;

  private static final int BUFFER = 1 << 20;

  private final List<JobFile> files = new ArrayList<>();
  private final Map<Path, Integer> sources = new HashMap<>();

  /** Adds a file that is written from its first byte on. Returns its number, from 0 up in the order they are added. */
  public int write(Mode mode, Path file, long length) {
    files.add(new JobFile(mode, file.toString(), 0, length));
    return files.size() - 1;
  }

  /** Adds bytes of a file that is read. Returns its number, which is the same for all regions of it. */
  public int read(Path file, long offset, long length) {
    Integer known = sources.putIfAbsent(file, files.size());
    if (known == null) {
      files.add(new JobFile(Mode.READ, file.toString(), offset, offset + length));
      return files.size() - 1;
    }
    files.set(known, files.get(known).with(offset, offset + length));
    return known;
  }

  /** Number of a file that has been added to be read. */
  public int source(Path file) {
    return sources.get(file);
  }

  /**
   * The file of a number.
   *
   * @throws RefusedException if there is none
   */
  public JobFile get(int number) throws RefusedException {
    check(number, files.size());
    return files.get(number);
  }

  private static void check(int number, int count) throws RefusedException {
    if (number < 0 || number >= count) {
      throw new RefusedException("file " + number + ", of " + count + " that the call's plan has");
    }
  }

  /**
   * Writes them to a new file.
   *
   * @throws StorageFullException if shared memory has no room for it
   */
  public void store(Path plan) {
    try {
      put(plan);
    } catch (IOException e) {
      throw failure(plan, e);
    }
  }

  /** Removes the file: no job of the call is done any more. */
  public static void remove(Path plan) {
    try {
      Files.deleteIfExists(plan);
    } catch (IOException e) {
      throw new SaverException("cannot remove " + plan + ": " + e, e);
    }
  }

  private SaverException failure(Path plan, IOException cause) {
    long needed =
        files.stream().mapToLong(file -> RECORD + file.path().length()).sum();
    try {
      long there = FreeSpace.of(plan.getParent());
      if (there < needed) {
        return new StorageFullException(
            "shared memory is full: the names of " + files.size() + " files in " + plan + " need "
                + needed + " bytes, there are " + there
                + "; enlarge it, or save fewer arrays at a time",
            cause);
      }
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
    return FileFailure.of("cannot write " + plan, plan, needed, cause);
  }

  private void put(Path plan) throws IOException {
    ByteBuffer records = buffer(HEADER + RECORD * files.size()).putInt(files.size());
    try (FileChannel channel = PrivateFile.create(plan)) {
      long at = records.capacity();
      ByteBuffer paths = buffer((int) Math.min(BUFFER, mostBytesOfPaths()));
      for (JobFile file : files) {
        byte[] path = file.path().getBytes(StandardCharsets.UTF_8);
        if (path.length > paths.remaining()) {
          at = write(channel, paths, at);
        }
        records.putInt(file.mode().ordinal()).putInt(path.length);
        records.putLong(at + paths.position()).putLong(file.from()).putLong(file.end());
        paths.put(path);
      }
      write(channel, paths, at);
      write(channel, records, 0);
    }
  }

  private long mostBytesOfPaths() {
    return files.stream().mapToLong(file -> 3L * file.path().length()).sum();
  }

  private static long write(FileChannel channel, ByteBuffer bytes, long offset) throws IOException {
    long at = offset;
    bytes.flip();
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
    bytes.clear();
    return at;
  }

  /**
   * Looks one file up where they were stored.
   *
   * @throws RefusedException if there is none of this number, or no call under way has stored any there
   */
  public static JobFile load(Path plan, int number) throws IOException {
    try (FileChannel channel = FileChannel.open(plan, StandardOpenOption.READ)) {
      check(number, bytes(channel, 0, HEADER).getInt());
      ByteBuffer record = bytes(channel, HEADER + (long) number * RECORD, RECORD);
      Mode mode = Mode.values()[record.getInt()];
      int length = record.getInt();
      long at = record.getLong();
      if (length < 0 || length > LONGEST_PATH) {
        throw new IOException(plan + " is damaged: a path of " + length + " bytes");
      }
      String path = new String(bytes(channel, at, length).array(), StandardCharsets.UTF_8);
      return new JobFile(mode, path, record.getLong(), record.getLong());
    } catch (NoSuchFileException e) {
      throw new RefusedException("a call that is not under way: there is no " + plan);
    } catch (RefusedException e) {
      throw e;
    } catch (IOException e) {
      throw FileFailure.named("cannot read the plan " + plan, e);
    }
  }

  private static ByteBuffer bytes(FileChannel channel, long offset, int length) throws IOException {
    ByteBuffer bytes = buffer(length);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, offset + bytes.position()) < 0) {
        throw new IOException("the plan of a call is cut off at byte " + channel.size());
      }
    }
    return bytes.flip();
  }

  private static ByteBuffer buffer(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }
}

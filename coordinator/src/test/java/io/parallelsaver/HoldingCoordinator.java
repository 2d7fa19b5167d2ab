package io.parallelsaver;

import io.parallelsaver.array.ArrayData;
import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.stored.Format;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * A coordinator process that stops for ever at a named point: {@code DIRECTORY POINT SOURCE}. It leaves the pids of its workers in
 * {@code DIRECTORY/held} when it is there.
 */
public final class HoldingCoordinator {
  /** Where it stops. */
  enum Point {
    /** While it saves: the first bytes are being staged. */
    SAVE_STAGING,
    /** While it saves: half of the bytes are written. */
    SAVE_HALFWAY,
    /** While it saves: all bytes are written, the file is not finished. */
    SAVE_WRITTEN,
    /** While it restores to Java arrays: half of the bytes are in the block. */
    RESTORE_HALFWAY,
    /** While it restores to files: half of the bytes are written. */
    FILES_HALFWAY,
    /** While it saves, compressed: half of the bytes are written. */
    COMPRESSED_HALFWAY,
    /** While it saves to a directory of {@code .npy} files: half of the bytes are written. */
    DIRECTORY_HALFWAY,
    /** While it converts: half of the bytes are written. */
    CONVERT_HALFWAY
  }

  private static final int SIZE = 400_000;

  private HoldingCoordinator() {}

  public static void main(String[] args) {
    Path directory = Path.of(args[0]);
    Point point = Point.valueOf(args[1]);
    Path archive = directory.resolve(args[2]);
    SaverOptions options = TestArrays.options(directory, 2);
    Saver saver = Saver.open(point == Point.COMPRESSED_HALFWAY ? options.withLevel(1) : options);
    String workers =
        saver.workerPids().stream().map(String::valueOf).collect(Collectors.joining(" "));
    ProgressListener halfway = (done, total) -> {
      if (point == Point.SAVE_WRITTEN ? done == total : done >= total / 2) {
        hold(directory, workers);
      }
    };
    switch (point) {
      case SAVE_STAGING ->
        Saver.await(saver.saveAsync(
            archive, NamedArrays.of(holdingArray(directory, workers)), ProgressListener.NONE));
      case SAVE_HALFWAY, SAVE_WRITTEN, COMPRESSED_HALFWAY ->
        Saver.await(saver.saveAsync(archive, TestArrays.many(1, SIZE, 8), halfway));
      case DIRECTORY_HALFWAY ->
        Saver.await(saver.saveAsync(
            directory.resolve("files"), TestArrays.many(1, SIZE, 8), Format.NPY, halfway));
      case CONVERT_HALFWAY ->
        Saver.await(saver.convert(
            archive, directory.resolve("other.safetensors"), Format.SAFETENSORS, null, halfway));
      case RESTORE_HALFWAY -> Saver.await(saver.restoreAsync(archive, null, halfway));
      case FILES_HALFWAY ->
        Saver.await(saver.restoreToDirectory(archive, directory.resolve("files"), null, halfway));
    }
    throw new IllegalStateException("did not stop at " + point);
  }

  private static NDArray holdingArray(Path directory, String workers) {
    return NDArray.of(ArraySpec.of(DType.FLOAT64, SIZE), new ArrayData() {
      @Override
      public long length() {
        return SIZE * 8L;
      }

      @Override
      public void read(long offset, ByteBuffer target) {
        if (offset > 0) {
          hold(directory, workers);
        }
        target.position(target.limit());
      }
    });
  }

  /** Holds the first thread that comes; others wait for it. */
  private static synchronized void hold(Path directory, String workers) {
    try {
      Path whole = Files.writeString(directory.resolve("held.part"), workers);
      Files.move(whole, directory.resolve("held"), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    while (true) {
      LockSupport.park();
    }
  }
}

package io.parallelsaver.bench.growth;

import io.parallelsaver.error.SaverException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/**
 * Pages that were in use a moment ago. A virtual machine gives pages that nobody uses back to its host, and taking them again costs many
 * times what writing to them does; which run has to would be chance.
 */
final class RecycledPages {
  private static final int CHUNK = 4 << 20;
  private static final int MOST_PASSES = 3;

  /** A pass that takes so many times as long as the quickest has taken pages from the host. */
  private static final double SLOW = 1.25;

  private final Path file;
  private final Map<Long, Double> quickestPasses = new HashMap<>();

  /**
   * @param file there is none of this name, before and after
   */
  RecycledPages(Path file) {
    this.file = file;
  }

  /** Fills the page cache with a file of so many bytes and removes it, until that goes quickly. */
  void recycle(long bytes) {
    for (int pass = 0; pass < MOST_PASSES; pass++) {
      long start = System.nanoTime();
      fill(bytes);
      double seconds = (System.nanoTime() - start) / 1e9;
      double quickest = quickestPasses.merge(bytes, seconds, Math::min);
      if (seconds <= quickest * SLOW) {
        return;
      }
    }
  }

  private void fill(long bytes) {
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (long at = 0; at < bytes; at += chunk.limit()) {
        channel.write(chunk.clear().limit((int) Math.min(chunk.capacity(), bytes - at)), at);
      }
    } catch (IOException e) {
      throw new SaverException("cannot write " + file + ": " + e, e);
    } finally {
      Conditions.delete(file);
    }
  }
}

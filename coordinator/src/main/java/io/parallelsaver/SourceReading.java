package io.parallelsaver;

import io.parallelsaver.error.ReplacedException;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.pool.SourceFile;
import io.parallelsaver.pool.WorkerPool;
import io.parallelsaver.stored.StoredArrays;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * Reads what stands in files, from the beginning again if it is replaced meanwhile.
 *
 * @param maxHeader longest {@code .npy} header to be read, in bytes
 */
record SourceReading(WorkerPool pool, int maxHeader) {
  private static final int MOST_TRIES = 20;

  /**
   * Does a call that reads.
   *
   * @param source as {@link StoredArrays#place} takes it
   * @throws SaverException whatever the call threw
   * @throws ReplacedException if the source was replaced each time
   */
  <T> T read(Path source, Function<StoredArrays, T> call) {
    Path there = StoredArrays.place(source);
    for (int tries = 1; ; tries++) {
      SourceFile file = SourceFile.of(there);
      try {
        return once(file, call);
      } catch (SaverException e) {
        // Whatever went wrong: its cause may be that half of it was read from another file.
        if (tries == MOST_TRIES || !(e instanceof ReplacedException) && file.isStillThere()) {
          throw e;
        }
      }
    }
  }

  private <T> T once(SourceFile file, Function<StoredArrays, T> call) {
    pool.reading(file);
    try (StoredArrays stored = StoredArrays.open(file.path(), maxHeader)) {
      return whileOpen(file, stored, call);
    } finally {
      pool.reading(null);
    }
  }

  /** No other file gets the key of one that is open: afterwards nobody could tell whether it was replaced. */
  private static <T> T whileOpen(
      SourceFile file, StoredArrays stored, Function<StoredArrays, T> call) {
    try {
      return call.apply(stored);
    } catch (SaverException e) {
      throw stored.hasMoved() || !file.isStillThere() ? file.replaced(e) : e;
    }
  }
}

package io.parallelsaver;

import io.parallelsaver.stored.StoredArrays;
import java.nio.file.Path;

/**
 * The two calls of the Python original: {@code ParallelSaver(a, b, labels=c).save("out")} and {@code restore("out")}. Each starts
 * workers for itself and ends them, unless there is so little to do that it is done before; for more than one call keep a {@link Saver}.
 *
 * <pre>{@code
 * ParallelSaver.save("out", a, b);                                        // arr_0, arr_1
 * ParallelSaver.save("out", NamedArrays.of(a, b).and("labels", c));       // arr_0, arr_1, labels
 * ParallelSaver.save("out", Map.of("features", a, "labels", c));
 * Map<String, NDArray> data = ParallelSaver.restore("out");
 * }</pre>
 */
public final class ParallelSaver {
  private ParallelSaver() {}

  /**
   * Saves arrays to an {@code .npz} archive that {@code numpy.load} reads, and returns when it is on the device. An existing target is
   * replaced at once, when the new one is whole.
   *
   * @param target path of the archive; {@code .npz} is appended if it is not there
   * @param arrays see {@link NamedArrays#of(Object...)}
   * @throws io.parallelsaver.error.SaverException if anything failed; the target is then what it was before
   */
  public static Report save(String target, Object... arrays) {
    NamedArrays named = NamedArrays.of(arrays);
    try (Saver saver = Saver.openLazily(SaverOptions.defaults())) {
      return saver.save(Path.of(target), named);
    }
  }

  /**
   * Restores all arrays of an archive, each with its CRC-32 checked, or of anything else that {@link StoredArrays} opens.
   *
   * @param source path of the file or directory; {@code .npz} is appended if there is none
   * @return arrays by key, in the order of the source; empty if there are none
   * @throws io.parallelsaver.error.SaverException if any array cannot be restored
   */
  public static RestoredArrays restore(String source) {
    try (Saver saver = Saver.openLazily(SaverOptions.defaults())) {
      return saver.restore(Path.of(source));
    }
  }

  /**
   * Opens arrays where they stand, without workers: lists them at once, sees what is not compressed in place, and reads nothing that is
   * not asked for.
   *
   * @param source path of the file or directory; {@code .npz} is appended if there is none
   * @throws io.parallelsaver.error.InputException if there is nothing that can be read
   */
  public static StoredArrays open(String source) {
    return StoredArrays.open(StoredArrays.place(Path.of(source)));
  }
}

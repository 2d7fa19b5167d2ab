package io.parallelsaver.bench;

import io.parallelsaver.RestoredArrays;
import io.parallelsaver.SaverOptions;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.output.Durability;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jetbrains.bio.npy.NpzFile;

/** The other JVM library for archives, reading. */
final class JetBrainsRead extends SaverWork {
  /** Values that it reads at a time unless told otherwise. */
  private static final int STEP = 1 << 18;

  private final Path file;
  private RestoredArrays restored;
  private Map<String, NDArray> read;

  JetBrainsRead(Workbench bench) {
    super(
        bench,
        "against JetBrains npy, read",
        "JetBrains npy",
        Sample.EIGHT,
        Durability.NONE,
        SaverOptions.STORED);
    this.file = bench.file("source.npz");
  }

  @Override
  String how() {
    return "Both read the same file, from the page cache, to Java arrays, in the same JVM and heap.";
  }

  @Override
  String missing() {
    return missingLibrary();
  }

  /** Why its classes cannot be used, or null. */
  static String missingLibrary() {
    try {
      Class.forName("org.jetbrains.bio.npy.NpzFile");
      return null;
    } catch (ClassNotFoundException | LinkageError e) {
      return "JetBrains npy or Kotlin is not in lib/bench: " + e;
    }
  }

  @Override
  void prepare() {
    super.prepare();
    bench.archive(sample, saver(), file);
  }

  @Override
  void tidy() {
    restored = null;
    read = null;
  }

  @Override
  double ours() {
    return seconds(() -> restored = saver().restore(file));
  }

  @Override
  void checkOurs() {
    bench.mustEqual(sample, restored, file);
  }

  @Override
  double theirs() {
    read = new LinkedHashMap<>();
    return seconds(() -> {
      try (NpzFile.Reader reader = NpzFile.read(file)) {
        for (String name : bench.arrays(sample).asMap().keySet()) {
          read.put(name, NDArray.of(reader.get(name, STEP).asDoubleArray()));
        }
      }
    });
  }

  @Override
  void checkTheirs() {
    bench.mustEqual(sample, read, file);
  }

  @Override
  public void close() {
    super.close();
    Workbench.delete(file);
  }
}

package io.parallelsaver.bench;

import io.parallelsaver.array.HeapData;
import io.parallelsaver.output.Durability;
import org.jetbrains.bio.npy.NpzFile;

/** The other JVM library for archives, writing. */
final class JetBrainsWrite extends Save {
  JetBrainsWrite(Workbench bench) {
    super(
        bench,
        "against JetBrains npy, write",
        "JetBrains npy",
        Sample.EIGHT,
        Durability.NONE,
        "",
        "The same Java arrays, in the same JVM; durability none.");
  }

  @Override
  String missing() {
    String missing = super.missing();
    return missing == null ? JetBrainsRead.missingLibrary() : missing;
  }

  @Override
  double theirs() {
    return seconds(() -> {
      try (NpzFile.Writer writer = NpzFile.write(theirs, false)) {
        bench.arrays(sample).asMap().forEach((name, array) -> {
          writer.write(name, (double[]) ((HeapData) array.data()).array());
        });
      }
    });
  }
}

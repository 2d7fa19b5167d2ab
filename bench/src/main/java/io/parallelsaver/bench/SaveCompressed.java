package io.parallelsaver.bench;

import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.output.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Compressing at NumPy's level. Faster at the cost of a larger file would be no comparison. */
final class SaveCompressed extends Save {
  static final int LEVEL = 6;
  private static final double MOST_LARGER = 1.01;

  private long ourSize;

  SaveCompressed(Workbench bench) {
    super(
        bench,
        "save compressed",
        "numpy.savez_compressed",
        Sample.NOISE,
        Durability.NONE,
        LEVEL,
        "savez_compressed",
        "Noise of three digits in 8 arrays, level 6 on both sides, nothing forced to the device. Our file must not be more than 1 % larger.");
  }

  /** Few pages in much time. */
  @Override
  void recycleForOurs() {}

  @Override
  void recycleForTheirs() {}

  @Override
  void checkOurs() {
    super.checkOurs();
    ourSize = size(ours);
  }

  @Override
  void checkTheirs() {
    super.checkTheirs();
    if (ourSize > MOST_LARGER * size(theirs)) {
      throw new CorruptException("our compressed file has " + ourSize
          + " bytes, more than 1 % above the " + size(theirs) + " of NumPy's");
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new SaverException("cannot look at " + file + ": " + e, e);
    }
  }
}

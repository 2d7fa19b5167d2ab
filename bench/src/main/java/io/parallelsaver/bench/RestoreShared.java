package io.parallelsaver.bench;

import io.parallelsaver.Saver;
import io.parallelsaver.SaverOptions;
import io.parallelsaver.SharedArrays;
import io.parallelsaver.pool.ProgressListener;

/** An archive of ours to a block of shared memory, where the arrays are looked at. */
final class RestoreShared extends Restore {
  private SharedArrays shared;

  RestoreShared(Workbench bench, String peer) {
    super(
        bench,
        "restore shared",
        peer,
        Sample.EIGHT,
        SaverOptions.STORED,
        "load",
        "8 arrays to one block of shared memory, their checksums checked, and no copy made of them.");
  }

  @Override
  void tidy() {
    if (shared != null) {
      shared.close();
      shared = null;
    }
  }

  @Override
  double ours() {
    return seconds(
        () -> shared = Saver.await(saver().restoreShared(file, null, ProgressListener.NONE)));
  }

  @Override
  void checkOurs() {
    bench.mustEqual(sample, shared, file);
  }

  @Override
  public void close() {
    tidy();
    super.close();
  }
}

package io.parallelsaver.bench;

import io.parallelsaver.output.Durability;

/** One huge array, which all workers share, beside the same bytes in eight. */
final class SaveOne extends Save {
  SaveOne(Workbench bench) {
    super(
        bench,
        "save one",
        "ours, 8 arrays",
        Sample.ONE,
        Durability.NONE,
        "",
        "The peer is our own save of the same number of bytes in 8 arrays, so 1 is as it should be. Durability none.");
  }

  @Override
  double theirs() {
    return seconds(() -> saver().save(theirs, bench.arrays(Sample.EIGHT)));
  }

  @Override
  void checkTheirs() {
    bench.mustEqual(Sample.EIGHT, saver().restore(theirs), theirs);
  }
}

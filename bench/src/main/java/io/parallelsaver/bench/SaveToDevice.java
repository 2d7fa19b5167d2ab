package io.parallelsaver.bench;

import io.parallelsaver.output.Durability;

/** A whole save beside the bare bytes on their way to the device: how much all the rest costs. */
final class SaveToDevice extends Save {
  SaveToDevice(Workbench bench) {
    super(
        bench,
        "save durable vs device",
        "O_DIRECT writes",
        Sample.EIGHT,
        Durability.SYNC,
        "",
        "The peer is the machine's limit: " + Scale.WORKERS
            + " threads write the bare bytes of the same arrays, 4 MiB at a time, from touched and page-aligned memory with O_DIRECT, then fsync of file and folder.");
  }

  @Override
  String impossible() {
    String refused = bench.python().ask("direct", theirs);
    return refused.isEmpty() ? null : "no O_DIRECT on this file system: " + refused;
  }

  @Override
  void prepare() {
    super.prepare();
    bench.python().ask("device", sample, Scale.WORKERS);
  }

  @Override
  void recycleForTheirs() {
    // Past the page cache, too.
  }

  @Override
  double theirs() {
    return bench.python().seconds("device-save", theirs);
  }

  @Override
  void checkTheirs() {
    Workbench.mustBeEmpty(bench.python().ask("device-same", theirs), theirs);
  }

  @Override
  public void close() {
    super.close();
    bench.python().ask("device-drop");
  }
}

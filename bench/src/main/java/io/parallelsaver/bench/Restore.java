package io.parallelsaver.bench;

import io.parallelsaver.RestoredArrays;
import io.parallelsaver.output.Durability;
import java.nio.file.Path;

/** An archive of ours to Java arrays, beside Python's reading of the same file. */
class Restore extends SaverWork {
  private final String way;
  private final String how;
  final Path file;
  private RestoredArrays restored;

  /**
   * @param level of the archive
   * @param way how Python reads: a name that {@code peer.py} knows
   */
  Restore(
      Workbench bench, String name, String peer, Sample sample, int level, String way, String how) {
    super(bench, name, peer, sample, Durability.NONE, level);
    this.way = way;
    this.how = how;
    this.file = bench.file("source.npz");
  }

  @Override
  String how() {
    return how
        + " Both read the same file, from the page cache, into memory that was touched before.";
  }

  @Override
  void prepare() {
    super.prepare();
    bench.hold(sample, saver());
    bench.archive(sample, saver(), file);
  }

  @Override
  void tidy() {
    restored = null;
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
    return bench.python().seconds("load", way, file);
  }

  @Override
  void checkTheirs() {
    Workbench.mustBeEmpty(bench.python().ask("same", sample), file);
  }

  @Override
  public void close() {
    super.close();
    Workbench.delete(file);
  }
}

package io.parallelsaver.bench;

import io.parallelsaver.SaverOptions;
import io.parallelsaver.output.Durability;
import java.nio.file.Path;

/** Java arrays to an archive, beside something that Python does with the same arrays. */
class Save extends SaverWork {
  final Path ours;
  final Path theirs;
  private final String how;
  private final String way;

  /**
   * @param way how Python saves: a name that {@code peer.py} knows
   */
  Save(
      Workbench bench,
      String name,
      String peer,
      Sample sample,
      Durability durability,
      String way,
      String how) {
    this(bench, name, peer, sample, durability, SaverOptions.STORED, way, how);
  }

  Save(
      Workbench bench,
      String name,
      String peer,
      Sample sample,
      Durability durability,
      int level,
      String way,
      String how) {
    super(bench, name, peer, sample, durability, level);
    this.ours = bench.file("ours.npz");
    this.theirs = bench.file("theirs.npz");
    this.way = way;
    this.how = how;
  }

  @Override
  String how() {
    return how;
  }

  @Override
  void prepare() {
    super.prepare();
    bench.hold(sample, saver());
  }

  @Override
  void tidy() {
    Workbench.delete(ours);
    Workbench.delete(theirs);
  }

  /** The kernel takes pages in sizes that depend on who writes how, so only a run like the next gives back those that it will take. */
  @Override
  void recycleForOurs() {
    // A durable save goes past the page cache.
    if (durability() == Durability.NONE) {
      ours();
      tidy();
    }
  }

  @Override
  void recycleForTheirs() {
    theirs();
    tidy();
  }

  @Override
  double ours() {
    return seconds(() -> saver().save(ours, bench.arrays(sample)));
  }

  @Override
  void checkOurs() {
    bench.mustBeReadByNumPy(sample, ours);
  }

  @Override
  double theirs() {
    return bench.python().seconds("save", way, sample, theirs);
  }

  @Override
  void checkTheirs() {
    bench.mustEqual(sample, saver().restore(theirs), theirs);
  }

  @Override
  public void close() {
    tidy();
    super.close();
  }
}

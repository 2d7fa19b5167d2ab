package io.parallelsaver.bench;

import io.parallelsaver.Saver;
import io.parallelsaver.output.Durability;
import java.util.List;

/** A work whose side of ours is a saver with warm workers, on one sample of arrays. */
abstract class SaverWork extends Work {
  final Workbench bench;
  final Sample sample;
  private final Durability durability;
  private final int level;
  private Saver saver;
  private List<Long> workers;

  SaverWork(
      Workbench bench, String name, String peer, Sample sample, Durability durability, int level) {
    super(name, peer);
    this.bench = bench;
    this.sample = sample;
    this.durability = durability;
    this.level = level;
  }

  final Durability durability() {
    return durability;
  }

  final Saver saver() {
    return saver;
  }

  @Override
  String missing() {
    return bench.python().missing();
  }

  @Override
  void prepare() {
    saver = bench.saver(durability, level);
    workers = saver.workerPids();
  }

  @Override
  long bytes() {
    return bench.bytes(sample);
  }

  @Override
  List<Long> workers() {
    return workers;
  }

  @Override
  public void close() {
    if (saver != null) {
      saver.close();
      saver = null;
    }
  }
}

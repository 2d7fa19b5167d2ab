package io.parallelsaver.save;

import io.parallelsaver.pool.ProgressListener;
import java.util.function.IntPredicate;

/** Counts the arrays that are whole in the file. Chunks are done in any order: an array counts when all chunks up to its end are. */
final class WholeArrays {
  private final SaveCut cut;
  private final ProgressListener progress;
  private final int total;
  private int chunks;
  private int placements;
  private int arrays;

  WholeArrays(SaveCut cut, ProgressListener progress) {
    this.cut = cut;
    this.progress = progress;
    this.total = cut.arrays();
  }

  /**
   * Goes on from where it was.
   *
   * @param done whether a chunk is done, by its index
   */
  void count(IntPredicate done) {
    while (chunks < cut.chunks() && done.test(chunks)) {
      chunks++;
    }
    int before = placements;
    placements = cut.firstOf(chunks);
    if (placements > before) {
      arrays += cut.arraysBetween(before, placements);
      progress.arrays(arrays, total);
    }
  }
}

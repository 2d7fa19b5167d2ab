package io.parallelsaver.save;

import io.parallelsaver.job.CallFiles;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.pool.WorkerPool;
import io.parallelsaver.pool.WorkerShare;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.IntUnaryOperator;

/**
 * What workers have written of a plan, straight to its places.
 *
 * @param workers what each did
 * @param unstamped indices of the arrays whose CRC-32 is not in the file yet
 * @param crcs CRC-32 of each array, in the order of the plan
 */
record Written(List<WorkerShare> workers, int[] unstamped, int[] crcs) {
  /**
   * Has a plan written, and returns when all of it is.
   *
   * @param chunk most bytes that are staged for one job
   * @param files of the call; those that are written are in it already, and those that are read are added
   * @param targets number, among them, of each file of the plan
   * @param staging threads that copy array bytes into the arena
   */
  static Written of(
      WorkerPool pool,
      long call,
      SavePlan plan,
      int chunk,
      CallFiles files,
      IntUnaryOperator targets,
      Executor staging,
      ProgressListener progress) {
    SaveCut cut = SaveCut.of(plan, chunk, pool.options().regionSize(plan.bytes()));
    Sources sources = new Sources(plan, cut, pool.arena(), files, targets);
    SaveFeed feed = new SaveFeed(call, plan, cut, sources, pool.arena(), staging, progress);
    List<WorkerShare> workers;
    try {
      workers = pool.execute(call, feed);
    } finally {
      feed.close();
    }
    return new Written(workers, cut.spread(), feed.crcs());
  }
}

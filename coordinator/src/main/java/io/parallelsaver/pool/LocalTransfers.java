package io.parallelsaver.pool;

import io.parallelsaver.job.CallFiles;
import io.parallelsaver.job.Job;
import io.parallelsaver.job.JobFile;
import io.parallelsaver.job.Receipt;
import io.parallelsaver.job.RefusedException;
import io.parallelsaver.transfer.Transfers;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Does jobs on threads of this process, for as long as no worker is up. */
final class LocalTransfers implements AutoCloseable {
  /** What the receipts call the worker; ids of real ones begin at 1. */
  private static final int NOBODY = 0;

  private static final int MOST_THREADS = 8;

  private final int threadCount;
  private final ExecutorService threads;
  private final Path arena;
  private final Queue<Transfers> free = new ConcurrentLinkedQueue<>();
  private final Queue<Receipt> receipts = new ConcurrentLinkedQueue<>();

  /** There is one call at a time. */
  private volatile CallFiles current;

  private volatile boolean stopped;

  LocalTransfers(int workers, Path arena) {
    this.arena = arena;
    this.threadCount = Math.min(workers, MOST_THREADS);
    this.threads = Executors.newFixedThreadPool(threadCount, task -> {
      Thread thread = new Thread(task, "parallel-saver-transfers");
      thread.setDaemon(true);
      return thread;
    });
  }

  /** Jobs that keep all threads busy, with one more for each to begin at once. */
  int window() {
    return 2 * threadCount;
  }

  /** Begins a job of a call with these files. */
  void begin(Job job, CallFiles files) {
    current = files;
    threads.execute(() -> {
      if (stopped) {
        return;
      }
      Transfers known = free.poll();
      Transfers transfers =
          known == null ? new Transfers(NOBODY, arena, this::file, (milestone, at) -> {}) : known;
      Receipt receipt = transfers.run(job);
      free.add(transfers);
      receipts.add(receipt);
    });
  }

  private JobFile file(long call, int number) throws RefusedException {
    return current.get(number);
  }

  /** The next receipt, or null when there is none. */
  Receipt poll() {
    return receipts.poll();
  }

  /** Closes the files of a call, all jobs of which have been answered. */
  void endCall(long call) {
    free.forEach(transfers -> transfers.endCall(call));
  }

  /** Lets no job begin any more, for any thread, and waits for those under way; false if one takes longer than that. */
  boolean stop(long millis) {
    stopped = true;
    threads.shutdown();
    try {
      return threads.awaitTermination(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return false;
    }
  }

  @Override
  public void close() {
    threads.shutdown();
    free.forEach(Transfers::close);
  }
}

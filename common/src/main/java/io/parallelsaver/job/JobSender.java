package io.parallelsaver.job;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/** The coordinator's end of the job queue. For one thread. */
public final class JobSender implements AutoCloseable {
  static final int JOB = 1;
  static final int CALL_ENDED = 2;

  /** The claim of a job that the coordinator takes back. */
  private static final int WITHDRAWN = -1;

  /** Pieces that surely fit into one message, beside {@link #MAX_SUMS}. */
  public static final int MAX_PIECES = 2048;

  /** Sums that surely fit likewise. */
  public static final int MAX_SUMS = 4096;

  private final ExcerptQueue queue;
  private int oldestCycle;

  public JobSender(Path directory) {
    this.queue = new ExcerptQueue(directory);
  }

  /** Offers a job to all workers. Returns the index it is known by from now on. */
  public long send(Job job) {
    return queue.append(JOB, JobCodec.encode(job));
  }

  /** Whether a job with so many pieces and sums fits into a message. */
  public static boolean fits(Job job) {
    return JobCodec.size(job) <= ExcerptQueue.MAX_PAYLOAD;
  }

  /** Tells all workers that a call is over: they close its files. */
  public void endCall(long call) {
    queue.append(
        CALL_ENDED,
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(call).flip());
  }

  /** The worker that has claimed the job, or 0. */
  public int holder(long index) {
    return queue.holder(index);
  }

  /** Takes back a job that no worker has claimed. False if one has. */
  public boolean withdraw(long index) {
    return queue.at(index, (type, payload, claim) -> claim.win(WITHDRAWN));
  }

  /** Deletes queue files that lie wholly before the message at {@code index}: every job in them is done. */
  public void forgetBefore(long index) {
    int cycle = queue.cycle(index);
    if (cycle > oldestCycle) {
      queue.deleteBefore(cycle);
      oldestCycle = cycle;
    }
  }

  /** The queue file a message is in; a rise says that {@link #forgetBefore} has something to do. */
  public int cycle(long index) {
    return queue.cycle(index);
  }

  @Override
  public void close() {
    queue.close();
  }
}

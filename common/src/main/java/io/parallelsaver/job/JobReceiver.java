package io.parallelsaver.job;

import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/** A worker's end of the job queue. It sees every message and claims what nobody has claimed before it. For one thread. */
public final class JobReceiver implements AutoCloseable {
  private final ExcerptQueue queue;
  private final int worker;
  private final LongConsumer callEnded;

  /** What was found at the queue's head. */
  public enum Found {
    /** Nothing: all messages are read. */
    NOTHING,
    /** A message that is none of this worker's business any more. */
    PASSED,
    /** A job that now is this worker's: {@link JobReceiver#job()}. */
    JOB
  }

  private Job job;

  /**
   * @param worker id of this worker, at least 1
   * @param callEnded is told of each call that has ended
   */
  public JobReceiver(Path directory, int worker, LongConsumer callEnded) {
    if (worker < 1) {
      throw new IllegalArgumentException("worker ids begin at 1, found " + worker);
    }
    this.queue = new ExcerptQueue(directory);
    this.worker = worker;
    this.callEnded = callEnded;
  }

  /** Looks at the next message. */
  public Found next() {
    Found found = queue.poll((type, payload, claim) -> {
      if (type == JobSender.CALL_ENDED) {
        callEnded.accept(payload.order(ByteOrder.LITTLE_ENDIAN).getLong());
        return Found.PASSED;
      }
      if (type != JobSender.JOB || claim.holder() != 0) {
        return Found.PASSED;
      }
      Job decoded = JobCodec.decodeJob(payload);
      if (!claim.win(worker)) {
        return Found.PASSED;
      }
      job = decoded;
      return Found.JOB;
    });
    return found == null ? Found.NOTHING : found;
  }

  /** The job that {@link #next} found. */
  public Job job() {
    return job;
  }

  @Override
  public void close() {
    queue.close();
  }
}

package io.parallelsaver.job;

import java.nio.ByteBuffer;
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
    JOB,
    /** A job that now is this worker's and cannot be read: {@link JobReceiver#refusal()}. */
    UNREADABLE
  }

  private Job job;
  private Receipt refusal;

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

  /** Looks at the next message. Whatever stands there, the one after it is found by the next look. */
  public Found next() {
    Found found = queue.poll(this::look);
    return found == null ? Found.NOTHING : found;
  }

  private Found look(int type, ByteBuffer payload, ExcerptQueue.Claim claim) {
    if (type == JobSender.CALL_ENDED && payload.remaining() == Long.BYTES) {
      callEnded.accept(payload.order(ByteOrder.LITTLE_ENDIAN).getLong());
      return Found.PASSED;
    }
    if (type != JobSender.JOB || claim.holder() != 0) {
      return Found.PASSED;
    }
    Job decoded;
    try {
      decoded = JobCodec.decodeJob(payload);
    } catch (IllegalArgumentException e) {
      // Somebody has to say so, or the coordinator would wait for ever.
      refusal = JobCodec.refusal(payload, worker, e.getMessage());
      return claim.win(worker) ? Found.UNREADABLE : Found.PASSED;
    }
    if (!claim.win(worker)) {
      return Found.PASSED;
    }
    job = decoded;
    return Found.JOB;
  }

  /** The job that {@link #next} found. */
  public Job job() {
    return job;
  }

  /** The answer to the job that {@link #next} could not read. */
  public Receipt refusal() {
    return refusal;
  }

  @Override
  public void close() {
    queue.close();
  }
}

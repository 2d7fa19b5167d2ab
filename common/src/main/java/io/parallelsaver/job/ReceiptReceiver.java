package io.parallelsaver.job;

import java.nio.file.Path;

/** The coordinator's end of one worker's receipt queue. For one thread. */
public final class ReceiptReceiver implements AutoCloseable {
  private final Path directory;
  private ExcerptQueue queue;
  private int cycle;

  public ReceiptReceiver(Path directory) {
    this.directory = directory;
    this.queue = new ExcerptQueue(directory);
  }

  /** The next receipt, or null when there is none yet. Deletes the queue's files behind itself. */
  public Receipt poll() {
    Receipt receipt = queue.poll((type, payload, claim) -> JobCodec.decodeReceipt(payload));
    if (receipt != null && queue.readCycle() > cycle) {
      cycle = queue.readCycle();
      queue.deleteBefore(cycle);
    }
    return receipt;
  }

  /**
   * Opens the queue anew, to read on where it was. Chronicle Queue does not look again for a file that it could not open when it looked for
   * it, for want of handles, say. A receipt must be there.
   */
  public void reopen() {
    long next = queue.readIndex();
    queue.close();
    queue = new ExcerptQueue(directory);
    queue.readFrom(next);
  }

  /** Says that the worker is dead: what it has sent can still be read, and nothing is waited for that it has only begun. */
  public void writerDied() {
    queue.writerDied();
  }

  @Override
  public void close() {
    queue.close();
  }
}

package io.parallelsaver.job;

import java.nio.file.Path;

/** A worker's receipt queue, of which it is the one writer. */
public final class ReceiptSender implements AutoCloseable {
  static final int RECEIPT = 3;

  private final ExcerptQueue queue;

  public ReceiptSender(Path directory) {
    this.queue = new ExcerptQueue(directory);
  }

  public void send(Receipt receipt) {
    queue.append(RECEIPT, JobCodec.encode(receipt));
  }

  @Override
  public void close() {
    queue.close();
  }
}

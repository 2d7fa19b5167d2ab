package io.parallelsaver.transfer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** One write at a time on a thread of its own, so that the processor has something to do while the device is at it. */
final class BackgroundWrite {
  private ExecutorService thread;

  /** Begins to write the rest of {@code bytes}, which must not change until the write is awaited or closed. */
  Pending begin(TransferFile target, ByteBuffer bytes, long offset) {
    if (thread == null) {
      thread = Executors.newSingleThreadExecutor(task -> {
        Thread writer = new Thread(task, "parallel-saver-write");
        writer.setDaemon(true);
        return writer;
      });
    }
    return new Pending(CompletableFuture.runAsync(() -> write(target, bytes, offset), thread));
  }

  private static void write(TransferFile target, ByteBuffer bytes, long offset) {
    try {
      target.write(bytes, offset);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A write that has begun. */
  static final class Pending implements AutoCloseable {
    private final CompletableFuture<Void> write;

    private Pending(CompletableFuture<Void> write) {
      this.write = write;
    }

    /** Waits for its end, and throws what went wrong. */
    void await() throws IOException {
      try {
        write.join();
      } catch (CompletionException e) {
        if (e.getCause() instanceof UncheckedIOException cause) {
          throw cause.getCause();
        }
        if (e.getCause() instanceof Error cause) {
          throw cause;
        }
        throw (RuntimeException) e.getCause();
      }
    }

    /** Waits until no byte is written any more, whatever became of it. */
    @Override
    public void close() {
      write.exceptionally(e -> null).join();
    }
  }

  void end() {
    if (thread != null) {
      thread.shutdown();
      thread = null;
    }
  }
}

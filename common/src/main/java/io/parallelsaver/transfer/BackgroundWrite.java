package io.parallelsaver.transfer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** One write at a time on a thread of its own, so that the processor has something to do while the device is at it. */
final class BackgroundWrite {
  private ExecutorService thread;

  /**
   * Begins to write the rest of {@code bytes}, which must not change until the write is awaited or closed.
   */
  Pending begin(TransferFile target, ByteBuffer bytes, long offset) {
    if (thread == null) {
      thread = Executors.newSingleThreadExecutor(task -> {
        Thread writer = new Thread(task, "parallel-saver-write");
        writer.setDaemon(true);
        return writer;
      });
    }
    return new Pending(thread.submit(() -> {
      target.write(bytes, offset);
      return null;
    }));
  }

  /** A write that has begun. */
  static final class Pending implements AutoCloseable {
    private final Future<?> write;

    private Pending(Future<?> write) {
      this.write = write;
    }

    /** Waits for its end, and throws what went wrong. */
    void await() throws IOException {
      boolean interrupted = false;
      while (true) {
        try {
          write.get();
          break;
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw failure(e.getCause());
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    private static IOException failure(Throwable cause) throws IOException {
      if (cause instanceof IOException e) {
        return e;
      }
      if (cause instanceof RuntimeException e) {
        throw e;
      }
      throw (Error) cause;
    }

    /** Waits until no byte is written any more, whatever becomes of it. */
    @Override
    public void close() throws IOException {
      if (!write.isDone()) {
        await();
      }
    }
  }

  void end() {
    if (thread != null) {
      thread.shutdown();
      thread = null;
    }
  }
}

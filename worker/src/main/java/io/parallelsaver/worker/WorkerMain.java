package io.parallelsaver.worker;

import io.parallelsaver.error.StorageFullException;
import io.parallelsaver.job.QueueLibrary;
import io.parallelsaver.transfer.Milestone;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * The worker process: {@code WorkerMain RUN_DIRECTORY SEAT ID}. It lives as long as its standard input stays open, which the
 * coordinator holds: when that ends, by its own will or by kill -9, the kernel closes the pipe. A byte there wakes a worker that sleeps.
 */
public final class WorkerMain {
  private WorkerMain() {}

  public static void main(String[] args) throws IOException {
    run(args, (milestone, job) -> {});
  }

  /** Runs a worker in this process until standard input ends; tests listen to its milestones. */
  public static void run(String[] args, Milestone.Listener listener) throws IOException {
    QueueLibrary.withoutNativeCalls();
    Path directory = Path.of(args[0]);
    int seat = Integer.parseInt(args[1]);
    int id = Integer.parseInt(args[2]);
    Thread worker = Thread.currentThread();
    Thread lifeline = new Thread(() -> endWithInput(worker), "lifeline");
    lifeline.setDaemon(true);
    lifeline.start();
    try (WorkerLoop loop = new WorkerLoop(directory, seat, id, listener, Turns.ALWAYS)) {
      loop.run();
    } catch (StorageFullException e) {
      // The log may be on the same full file system, the status is not.
      System.err.println(e.getMessage());
      Runtime.getRuntime().halt(e.exitCode());
    }
  }

  /** Ends the process at once: whoever would take its receipts is gone, and half a write is never looked at. */
  private static void endWithInput(Thread worker) {
    try {
      while (System.in.read() >= 0) {
        LockSupport.unpark(worker);
      }
    } catch (IOException e) {
      // The pipe is as broken as if it had ended.
    }
    Runtime.getRuntime().halt(0);
  }
}

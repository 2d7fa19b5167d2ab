package io.parallelsaver.pool;

import io.parallelsaver.error.StorageFullException;
import io.parallelsaver.job.Receipt;
import io.parallelsaver.job.ReceiptReceiver;
import io.parallelsaver.pool.Link.End;
import io.parallelsaver.shm.FreeSpace;
import io.parallelsaver.shm.Reservation;
import io.parallelsaver.shm.RunDirectory;
import io.parallelsaver.shm.Trees;
import io.parallelsaver.shm.WorkerTable;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One worker of the pool, from its start, or its coming, to its confirmed end. */
final class Worker {
  /** The kernel takes a process at once, unless it waits in the kernel itself. */
  private static final long KILL_MILLIS = 2_000;

  /** A receipt that is counted can be read at once, unless something is wrong with the reader. */
  private static final long BLIND_NANOS = 1_000_000_000;

  private final RunDirectory run;
  private final WorkerTable table;
  private final int seat;
  private final int id;
  private final Link link;
  private final Vigil vigil;
  private String stalled;
  private ReceiptReceiver receipts;
  private int taken;
  private long blindSince;

  Worker(RunDirectory run, WorkerTable table, int seat, int id, Link link, Duration stallTimeout) {
    this.run = run;
    this.table = table;
    this.seat = seat;
    this.id = id;
    this.link = link;
    this.vigil = new Vigil(table, seat, link::processorTime, stallTimeout);
  }

  int id() {
    return id;
  }

  int seat() {
    return seat;
  }

  long pid() {
    return link.pid();
  }

  boolean isAlive() {
    return link.isAlive();
  }

  /** Whether its queues are open, so that it answers at once. */
  boolean isReady() {
    return table.isReady(seat);
  }

  /** The next receipt, or null when there is none; also what a dead worker has left. */
  Receipt poll() {
    if (receipts == null) {
      if (!isReady()) {
        return null;
      }
      receipts = new ReceiptReceiver(run.receipts(id));
    }
    if (table.answers(seat) == taken) {
      if (isAlive()) {
        return null;
      }
      // It may have sent a receipt without counting it.
      receipts.writerDied();
    }
    Receipt receipt = receipts.poll();
    if (receipt != null) {
      taken++;
      blindSince = 0;
    } else if (isAlive()) {
      reopenIfBlind();
    }
    return receipt;
  }

  private void reopenIfBlind() {
    long now = System.nanoTime();
    if (blindSince == 0) {
      blindSince = now;
    } else if (now - blindSince > BLIND_NANOS) {
      log()
          .warn(
              "a receipt of worker {} (pid {}) cannot be seen; its queue is opened anew",
              id,
              pid());
      blindSince = 0;
      receipts.reopen();
    }
  }

  /** How it ended, with the last lines it printed. */
  String obituary() {
    return "worker " + id + " (pid " + pid() + ") "
        + (stalled == null ? "" : stalled + ", was killed and ")
        + (isAlive() ? "has not ended yet" : link.end().words());
  }

  /** Wakes it if it sleeps, so that it looks into the job queue. */
  void wake() {
    if (table.awake(seat)) {
      link.wake();
    }
  }

  /** Asks it to end, or to work for others only. */
  void hangUp() {
    link.hangUp();
  }

  /** Waits until it has ended, by force if need be. False if even that has no end: it waits in the kernel, and dies when that lets it. */
  boolean awaitEnd(long millis) {
    boolean ended = awaitExit(millis);
    if (!ended) {
      if (!run.gate().isShut()) {
        log().warn("worker {} (pid {}) did not end in {} ms", id, pid(), millis);
      }
      abandon();
      ended = awaitExit(KILL_MILLIS);
    }
    if (receipts != null) {
      receipts.close();
    }
    return ended;
  }

  /** Waits until it has ended, for any thread; false if it has not by then. */
  boolean awaitExit(long millis) {
    return link.awaitEnd(millis);
  }

  /**
   * Kills it when it has shown no sign of life for too long; {@link #isAlive} says when it is gone. Until then it may still write.
   *
   * @param passed nanoseconds since the last look
   */
  void killIfStalled(long passed) {
    if (stalled == null && isAlive()) {
      stalled = vigil.look(passed);
      if (stalled != null) {
        link.kill();
      }
    }
  }

  /** Ends its work for this run at once. */
  void abandon() {
    link.abandon();
  }

  /**
   * Looks why it has ended.
   *
   * @throws StorageFullException if it found no room in shared memory: another would find none either
   */
  void checkRoom() throws IOException {
    if (link.end().kind() == End.Kind.FULL) {
      long there = FreeSpace.of(run.path());
      String message =
          "shared memory is full: worker " + id + " has found no room for its queue in "
              + run.path() + ", there are " + there + " bytes left; " + Reservation.REMEDY;
      awaitEnd(0);
      removeTraces();
      throw new StorageFullException(message);
    }
  }

  /** How it is gone. */
  End.Kind end() {
    return link.end().kind();
  }

  /** Removes its queue and log, once nobody reads them any more. */
  void removeTraces() throws IOException {
    Trees.delete(run.receipts(id));
    Files.deleteIfExists(run.workerLog(id));
    Files.deleteIfExists(run.workerCrash(id));
  }

  /** Asked for when there is something to say: the first logger of a JVM takes a tenth of a second. */
  private static Logger log() {
    return LoggerFactory.getLogger(Worker.class);
  }
}

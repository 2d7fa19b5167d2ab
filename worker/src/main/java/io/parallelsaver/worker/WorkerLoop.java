package io.parallelsaver.worker;

import io.parallelsaver.job.Job;
import io.parallelsaver.job.JobReceiver;
import io.parallelsaver.job.JobReceiver.Found;
import io.parallelsaver.job.Receipt;
import io.parallelsaver.job.Receipt.Outcome;
import io.parallelsaver.job.ReceiptSender;
import io.parallelsaver.shm.RunDirectory;
import io.parallelsaver.shm.WorkerTable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.ZipException;

/**
 * Claims jobs, does them, answers, for ever. The queue has no wake-up: while jobs come, the loop looks at it again and again, with pauses
 * that grow; when none has come for a while it says so in the worker table and sleeps until the coordinator wakes it.
 */
final class WorkerLoop implements AutoCloseable {
  private static final long SHORTEST_PAUSE_NANOS = 20_000;
  private static final long LONGEST_PAUSE_NANOS = 1_000_000;

  /** So long it looks for jobs by itself. */
  private static final long AWAKE_NANOS = 200_000_000;

  /** Nobody counts on it to wake up by itself; but what is wrong with a waker should not last for ever. */
  private static final long LONGEST_SLEEP_NANOS = 60_000_000_000L;

  private static final int[] NONE = {};

  private final int seat;
  private final int id;
  private final WorkerTable table;
  private final OpenFiles files;
  private final Transfer transfer;
  private final ReceiptSender receipts;
  private final JobReceiver jobs;
  private final Milestone.Listener listener;
  private long pause = SHORTEST_PAUSE_NANOS;
  private long rested;
  private long done;
  private long moved;

  WorkerLoop(Path directory, int seat, int id, Milestone.Listener listener) throws IOException {
    this.seat = seat;
    this.id = id;
    this.listener = listener;
    this.table = WorkerTable.attach(RunDirectory.workerTable(directory));
    this.files = new OpenFiles(RunDirectory.arena(directory));
    this.transfer = new Transfer(files, listener);
    this.receipts = new ReceiptSender(RunDirectory.receipts(directory, id));
    this.jobs = new JobReceiver(RunDirectory.jobs(directory), id, files::close);
  }

  void run() {
    table.ready(seat, ProcessHandle.current().pid());
    while (true) {
      if (!find()) {
        rest();
      }
    }
  }

  /** Does what the next message says; false if there is none. */
  private boolean find() {
    Found found = jobs.next();
    if (found == Found.JOB) {
      answer(jobs.job());
    }
    if (found == Found.NOTHING) {
      return false;
    }
    pause = SHORTEST_PAUSE_NANOS;
    rested = 0;
    return true;
  }

  private void rest() {
    if (rested < AWAKE_NANOS) {
      LockSupport.parkNanos(pause);
      rested += pause;
      pause = Math.min(pause * 2, LONGEST_PAUSE_NANOS);
      return;
    }
    table.asleep(seat);
    if (!find()) {
      LockSupport.parkNanos(LONGEST_SLEEP_NANOS);
      pause = SHORTEST_PAUSE_NANOS;
      rested = 0;
    }
    table.awake(seat);
  }

  private void answer(Job job) {
    table.busy(seat, job.call(), job.number());
    listener.reached(Milestone.CLAIMED, job);
    long start = System.nanoTime();
    Receipt receipt;
    try {
      int[] crcs = transfer.run(job);
      receipt = receipt(job, start, Outcome.DONE, -1, "", crcs, transfer.lengths());
      done++;
      moved += job.bytes();
    } catch (EOFException | ZipException e) {
      receipt = failure(job, start, Outcome.CORRUPT, e);
    } catch (IOException e) {
      receipt = failure(job, start, noSpace(e) ? Outcome.FULL : Outcome.FAILED, e);
    } catch (RuntimeException | InternalError e) {
      // InternalError is how the JVM reports a fault in a mapping; the coordinator decides what
      // becomes of the call.
      receipt = failure(job, start, Outcome.FAILED, e);
    }
    listener.reached(Milestone.WRITTEN, job);
    receipts.send(receipt);
    table.idle(seat, done, moved);
    listener.reached(Milestone.ANSWERED, job);
  }

  private Receipt failure(Job job, long start, Outcome outcome, Throwable cause) {
    String message =
        cause instanceof IOException ? String.valueOf(cause.getMessage()) : cause.toString();
    return receipt(job, start, outcome, transfer.piece(), message, NONE, NONE);
  }

  private Receipt receipt(
      Job job, long start, Outcome outcome, int piece, String error, int[] crcs, int[] lengths) {
    return new Receipt(
        job.call(),
        job.number(),
        job.attempt(),
        id,
        System.nanoTime() - start,
        outcome,
        piece,
        error,
        crcs,
        lengths);
  }

  /** Java gives ENOSPC and EDQUOT only as text; the coordinator starts workers in the C locale. */
  private static boolean noSpace(IOException e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("no space left on device") || message.contains("quota exceeded");
  }

  @Override
  public void close() {
    jobs.close();
    receipts.close();
    files.close();
  }
}

package io.parallelsaver.worker;

import io.parallelsaver.job.CallFiles;
import io.parallelsaver.job.Job;
import io.parallelsaver.job.JobReceiver;
import io.parallelsaver.job.JobReceiver.Found;
import io.parallelsaver.job.Receipt;
import io.parallelsaver.job.Receipt.Outcome;
import io.parallelsaver.job.ReceiptSender;
import io.parallelsaver.shm.RunDirectory;
import io.parallelsaver.shm.WorkerTable;
import io.parallelsaver.transfer.Milestone;
import io.parallelsaver.transfer.Plans;
import io.parallelsaver.transfer.Transfers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * Claims jobs, does them, answers, until it is told to end. The queue has no wake-up: while jobs come, the loop looks at it again and again, with pauses
 * that grow; when none has come for a while it says so in the worker table and sleeps until the coordinator wakes it.
 */
final class WorkerLoop implements AutoCloseable {
  private static final long SHORTEST_PAUSE_NANOS = 20_000;
  private static final long LONGEST_PAUSE_NANOS = 1_000_000;

  /** So long it looks for jobs by itself. */
  private static final long AWAKE_NANOS = 200_000_000;

  /** Nobody counts on it to wake up by itself; but what is wrong with a waker should not last for ever. */
  private static final long LONGEST_SLEEP_NANOS = 60_000_000_000L;

  private final int seat;
  private final WorkerTable table;
  private final Transfers transfers;
  private final ReceiptSender receipts;
  private final JobReceiver jobs;
  private final Milestone.Listener listener;
  private final Pulse pulse;
  private final Turns turns;
  private volatile Thread thread;
  private volatile boolean ended;
  private int read = -1;
  private long pause = SHORTEST_PAUSE_NANOS;
  private long rested;
  private long done;
  private long moved;

  /**
   * @param turns when it may look for a job
   */
  WorkerLoop(Path directory, int seat, int id, Milestone.Listener listener, Turns turns)
      throws IOException {
    this.seat = seat;
    this.turns = turns;
    this.table = WorkerTable.attach(RunDirectory.workerTable(directory));
    this.pulse = new Pulse(table, seat);
    this.listener = (milestone, job) -> {
      table.step(seat);
      listener.reached(milestone, job);
    };
    Plans plans = (call, number) -> CallFiles.load(RunDirectory.call(directory, call), number);
    this.transfers = new Transfers(id, RunDirectory.arena(directory), plans, this.listener);
    this.receipts = new ReceiptSender(RunDirectory.receipts(directory, id));
    this.jobs = new JobReceiver(RunDirectory.jobs(directory), id, transfers::endCall);
  }

  void run() {
    thread = Thread.currentThread();
    pulse.start();
    table.ready(seat, ProcessHandle.current().pid());
    while (!ended) {
      if (!find()) {
        rest();
      }
    }
  }

  /** Wakes it, if it sleeps. Any thread may. */
  void wake() {
    LockSupport.unpark(thread);
  }

  /** Makes {@link #run} return, between two jobs. Any thread may. */
  void end() {
    ended = true;
    wake();
  }

  /** Jobs done, by its own count. */
  long done() {
    return done;
  }

  /** Bytes moved by these jobs. */
  long moved() {
    return moved;
  }

  /** Does what the next message says; false if there is none. */
  private boolean find() {
    int sent = table.messages();
    if (sent == read) {
      return false;
    }
    turns.take();
    try {
      if (ended || !look(sent)) {
        return false;
      }
    } finally {
      turns.pass();
    }
    pause = SHORTEST_PAUSE_NANOS;
    rested = 0;
    return true;
  }

  private boolean look(int sent) {
    Found found = jobs.next();
    if (found == Found.NOTHING) {
      // All that had been sent by then is read.
      read = sent;
      return false;
    }
    if (found == Found.JOB) {
      answer(jobs.job());
    } else if (found == Found.UNREADABLE) {
      receipts.send(jobs.refusal());
      table.answered(seat);
    }
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
    // Only a look: nobody expects a pulse of one that sleeps, so no job may be begun before it is
    // awake.
    if (table.messages() == read && !ended) {
      LockSupport.parkNanos(LONGEST_SLEEP_NANOS);
      pause = SHORTEST_PAUSE_NANOS;
      rested = 0;
    }
    table.awake(seat);
    pulse.wake();
  }

  private void answer(Job job) {
    table.busy(seat, job.call(), job.number());
    listener.reached(Milestone.CLAIMED, job);
    Receipt receipt = transfers.run(job);
    if (receipt.outcome() == Outcome.DONE) {
      done++;
      moved += job.bytes();
    }
    listener.reached(Milestone.WRITTEN, job);
    receipts.send(receipt);
    table.answered(seat);
    table.idle(seat, done, moved);
    listener.reached(Milestone.ANSWERED, job);
  }

  @Override
  public void close() {
    jobs.close();
    receipts.close();
    transfers.close();
  }

  /** Closes all, and gives back the memory that the run has mapped into this process. Call on the thread that ran it. */
  void leaveRun() {
    pulse.end();
    jobs.close();
    receipts.close();
    transfers.leaveRun();
    table.detach();
  }
}

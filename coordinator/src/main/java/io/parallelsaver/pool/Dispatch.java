package io.parallelsaver.pool;

import io.parallelsaver.error.SaverException;
import io.parallelsaver.error.WorkerLostException;
import io.parallelsaver.job.CallFiles;
import io.parallelsaver.job.Job;
import io.parallelsaver.job.Receipt;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** One call under way: jobs out, receipts in, jobs of the dead out again. Until a worker is up, threads of this process do jobs. */
final class Dispatch {
  /** A job that has killed so many workers is not given to another. */
  private static final int MOST_ATTEMPTS = 3;

  /** {@link Outstanding#index()} of a job that is done in this process. */
  private static final long LOCAL = -1;

  private record Outstanding(Job job, long index) {
    boolean isSent() {
      return index != LOCAL;
    }
  }

  private final WorkerPool pool;
  private final long call;
  private final JobFeed feed;
  private final int window;
  private final Map<Integer, Outstanding> outstanding = new HashMap<>();
  private final Map<Integer, WorkerShare> shares = new TreeMap<>();
  private final Idle idle = new Idle();
  private LocalTransfers local;
  private long lastIndex = LOCAL;

  /** Whether workers can look up what they may touch. */
  private boolean stored;

  Dispatch(WorkerPool pool, long call, JobFeed feed) {
    this.pool = pool;
    this.call = call;
    this.feed = feed;
    this.window = 4 * pool.options().workers() + 4;
  }

  List<WorkerShare> run() {
    try {
      while (!(feed.exhausted() && outstanding.isEmpty())) {
        boolean moved = sendReady();
        moved |= receive(feed::answered);
        pool.crew().killStalled();
        moved |= buryDead();
        tell();
        rest(moved);
      }
    } catch (RuntimeException e) {
      recall();
      throw e;
    } finally {
      endCall();
      pool.status().look(0, 0);
    }
    return List.copyOf(shares.values());
  }

  private void tell() {
    pool.status().look(outstanding.size(), pool.arena().slots() - pool.arena().free());
  }

  private void endCall() {
    if (stored) {
      CallFiles.remove(pool.run().call(call));
    }
    if (local != null) {
      local.endCall(call);
    }
    if (lastIndex != LOCAL) {
      pool.endCall(call);
      pool.jobs().forgetBefore(oldestIndex());
    }
  }

  private void rest(boolean moved) {
    if (moved) {
      idle.reset();
    } else {
      idle.pause(outstanding.size(), pool.options().workers());
    }
  }

  private boolean sendReady() {
    local = pool.local().orElse(local);
    boolean here = pool.local().isPresent();
    int most = here ? local.window() : window;
    boolean moved = false;
    while (outstanding.size() < most) {
      Job job = feed.poll();
      if (job == null) {
        break;
      }
      if (here) {
        local.begin(job, feed.files());
        outstanding.put(job.number(), new Outstanding(job, LOCAL));
      } else {
        send(job);
      }
      moved = true;
    }
    return moved;
  }

  private void send(Job job) {
    if (!stored) {
      stored = true;
      feed.files().store(pool.run().call(call));
    }
    lastIndex = pool.send(job);
    outstanding.put(job.number(), new Outstanding(job, lastIndex));
  }

  /** Takes what has been answered. */
  private boolean receive(Answer answer) {
    boolean received = false;
    for (Worker worker : pool.workers()) {
      received |= receive(worker, answer);
    }
    if (local != null) {
      for (Receipt receipt = local.poll(); receipt != null; receipt = local.poll()) {
        received = true;
        jobDone(receipt.nanos());
        answer.take(outstanding.remove(receipt.number()).job(), receipt);
      }
    }
    return received;
  }

  private void jobDone(long nanos) {
    pool.status().jobDone(nanos);
    idle.jobDone(nanos);
  }

  private interface Answer {
    void take(Job job, Receipt receipt);
  }

  private boolean receive(Worker worker, Answer answer) {
    boolean received = false;
    for (Receipt receipt = worker.poll(); receipt != null; receipt = worker.poll()) {
      received = true;
      Outstanding held = outstanding.get(receipt.number());
      if (receipt.call() == call && held != null && held.job().attempt() == receipt.attempt()) {
        outstanding.remove(receipt.number());
        jobDone(receipt.nanos());
        shares.merge(
            worker.id(),
            new WorkerShare(worker.id(), worker.pid(), 1, held.job().bytes()),
            (sum, one) -> sum.plus(one.bytes()));
        answer.take(held.job(), receipt);
      }
    }
    return received;
  }

  /**
   * Gives the jobs of workers that are dead to others. Only of those: a worker that merely stalls could wake up and write from a slot
   * that holds other bytes by then. One that stalls for long is killed, and is dead when the kernel says so.
   */
  private boolean buryDead() {
    List<Worker> dead = pool.crew().replaceDead();
    for (Worker worker : dead) {
      receive(worker, feed::answered);
      for (Outstanding held : heldBy(worker)) {
        Job again = held.job().again();
        if (again.attempt() >= MOST_ATTEMPTS) {
          throw new WorkerLostException(feed.subject(held.job()) + ": " + again.attempt()
              + " workers died at the same job; the last one: " + worker.obituary());
        }
        send(again);
      }
      bury(worker);
    }
    return !dead.isEmpty();
  }

  private Collection<Outstanding> heldBy(Worker worker) {
    List<Outstanding> held = new ArrayList<>();
    for (Outstanding candidate : outstanding.values()) {
      if (candidate.isSent() && pool.jobs().holder(candidate.index()) == worker.id()) {
        held.add(candidate);
      }
    }
    return held;
  }

  private static void bury(Worker worker) {
    worker.awaitEnd(0);
    try {
      worker.removeTraces();
    } catch (IOException e) {
      throw new SaverException(
          "cannot remove the queue of dead worker " + worker.id() + ": " + e, e);
    }
  }

  /** After a failure: takes back what nobody has begun and waits for the rest, so that slots and files are free. */
  private void recall() {
    outstanding.values().removeIf(held -> held.isSent() && pool.jobs().withdraw(held.index()));
    while (!outstanding.isEmpty()) {
      boolean moved = receive((job, receipt) -> {});
      pool.crew().killStalled();
      Set<Integer> alive = pool.crew().living();
      outstanding
          .values()
          .removeIf(held -> held.isSent() && !alive.contains(pool.jobs().holder(held.index())));
      tell();
      rest(moved);
    }
  }

  private long oldestIndex() {
    return outstanding.values().stream()
        .filter(Outstanding::isSent)
        .mapToLong(Outstanding::index)
        .min()
        .orElse(lastIndex);
  }
}

package io.parallelsaver.pool;

import io.parallelsaver.error.FileFailure;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.error.WorkerLostException;
import io.parallelsaver.job.Job;
import io.parallelsaver.job.JobSender;
import io.parallelsaver.shm.Arena;
import io.parallelsaver.shm.RunDirectory;
import io.parallelsaver.shm.Sweep;
import io.parallelsaver.shm.WorkerTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker processes of one coordinator with the shared files they meet in. Workers that die are replaced. All methods are for one
 * thread.
 */
public final class WorkerPool implements AutoCloseable {
  private static final long END_MILLIS = 5_000;
  private static final int SLOTS_PER_WORKER = 2;

  /** Exit status of a JVM that SIGHUP, SIGINT or SIGTERM has ended. */
  private static final Set<Integer> SIGNALS = Set.of(129, 130, 143);

  private static final long SIGNAL_NANOS = 1_000_000_000;

  private final PoolOptions options;
  private final RunDirectory run;
  private final WorkerTable table;
  private final Arena arena;
  private final Worker[] workers;
  private final Abandonment abandonment;
  private CompletableFuture<JobSender> jobs;
  private volatile LocalTransfers local;
  private int lastWorker;
  private long lastCall;
  private int deathsInCall;
  private long lastLook = System.nanoTime();
  private SourceFile source;

  private WorkerPool(PoolOptions options) {
    this.options = options;
    this.workers = new Worker[options.workers()];
    this.run = RunDirectory.named(options.sharedMemory());
    this.abandonment = new Abandonment(run, workers, () -> local);
    try {
      run.create();
      this.table = WorkerTable.create(run.workerTable(), options.workers());
      this.arena = Arena.create(run.arena(), slots(options), options.chunkSize());
    } catch (RuntimeException e) {
      discard(e);
      throw e;
    }
  }

  private void discard(RuntimeException cause) {
    try {
      run.close();
    } catch (SaverException e) {
      cause.addSuppressed(e);
    } finally {
      abandonment.cancel();
    }
  }

  private static int slots(PoolOptions options) {
    int most = Integer.MAX_VALUE / options.chunkSize();
    return Math.min(most, options.workers() * SLOTS_PER_WORKER + 2);
  }

  /**
   * Makes the run directory. Workers are started by {@link #startWorkers}, or by the first call that needs them.
   *
   * @throws SaverException if there is no shared memory
   */
  public static WorkerPool prepare(PoolOptions options) {
    WorkerPool pool = new WorkerPool(options);
    try {
      Sweep.of(options.sharedMemory());
      return pool;
    } catch (IOException e) {
      pool.close();
      throw new SaverException("cannot look at " + options.sharedMemory() + ": " + e, e);
    }
  }

  /**
   * Starts the workers, if they are not there yet, and returns at once; they take jobs as they come up.
   *
   * @throws SaverException if no process can be started
   */
  public void startWorkers() {
    if (workers[0] != null) {
      return;
    }
    try {
      for (int seat = 0; seat < workers.length; seat++) {
        startWorker(seat);
      }
      // Takes as long here as it does in the workers.
      jobs = CompletableFuture.supplyAsync(this::openJobs);
    } catch (IOException e) {
      endWorkers();
      Arrays.fill(workers, null);
      throw FileFailure.of("cannot start workers", run.path(), 0, e);
    }
  }

  /** Whether a worker is up, so that a call need not wait for one to start. */
  public boolean anyReady() {
    return workers().stream().anyMatch(Worker::isReady);
  }

  private void startWorker(int seat) throws IOException {
    run.gate().pass(() -> {
      workers[seat] = Worker.start(run, table, seat, ++lastWorker, options);
      return null;
    });
  }

  public RunDirectory run() {
    return run;
  }

  public Arena arena() {
    return arena;
  }

  public PoolOptions options() {
    return options;
  }

  /** Makes all workers look for the message that was just sent, those that sleep too. */
  private void announce() {
    table.sent();
    workers().forEach(Worker::wake);
  }

  /** Process ids of the workers as they are now. */
  public List<Long> pids() {
    startWorkers();
    return workers().stream().map(Worker::pid).toList();
  }

  /**
   * Waits until every worker has come up. Calls need not wait: they begin with the workers that are there.
   *
   * @throws WorkerLostException if workers die again and again
   */
  public void awaitReady() {
    startWorkers();
    deathsInCall = 0;
    Idle idle = new Idle();
    while (!workers().stream().allMatch(Worker::isReady)) {
      killStalled();
      replaceDead();
      idle.pause();
    }
  }

  /** A number that no other call of this run has. */
  public long newCall() {
    return ++lastCall;
  }

  /**
   * Does all jobs of a feed. When it returns or throws, no worker holds a job of the call or an open file of it.
   *
   * @return what each worker that took part did
   * @throws SaverException whatever the feed threw
   * @throws WorkerLostException if workers died again and again
   * @throws io.parallelsaver.error.ReplacedException if the source was replaced meanwhile
   */
  public List<WorkerShare> execute(long call, JobFeed feed) {
    if (!mayBeLocal() || feed.weight() > options.localBytes()) {
      startWorkers();
    }
    deathsInCall = 0;
    List<WorkerShare> shares = new Dispatch(this, call, feed).run();
    if (source != null) {
      source.check();
    }
    return shares;
  }

  /** What the next calls read, and must still be there when their jobs are done; null for nothing in particular. */
  public void reading(SourceFile file) {
    source = file;
  }

  private boolean mayBeLocal() {
    return options.localBytes() > 0;
  }

  /** Who does jobs while no worker is up; empty when one is. */
  Optional<LocalTransfers> local() {
    if (!mayBeLocal() || anyReady() && jobs.isDone()) {
      return Optional.empty();
    }
    if (local == null) {
      local = run.gate().pass(() -> new LocalTransfers(options.workers(), arena.file()));
    }
    return Optional.of(local);
  }

  /** Sends a job to the workers, who must have been started. Returns the index it is known by. */
  long send(Job job) {
    JobSender queue = jobs();
    // It may make a file.
    long index = run.gate().pass(() -> queue.send(job));
    announce();
    return index;
  }

  /** Tells the workers that a call is over. */
  void endCall(long call) {
    JobSender queue = jobs();
    run.gate().pass(() -> {
      queue.endCall(call);
      return null;
    });
    announce();
  }

  /** The queue to the workers, who must have been started. */
  JobSender jobs() {
    try {
      return jobs.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof SaverException cause ? cause : e;
    }
  }

  private JobSender openJobs() {
    try {
      return run.gate().pass(() -> new JobSender(run.jobs()));
    } catch (AssertionError | ExceptionInInitializerError | NoClassDefFoundError e) {
      throw new SaverException(
          "Chronicle Queue cannot map files in this JVM; start it with "
              + String.join(" ", WorkerCommand.jvmFlags()),
          e);
    }
  }

  /** The workers, once they have been started. */
  List<Worker> workers() {
    return workers[0] == null ? List.of() : Arrays.asList(workers);
  }

  /** Ids of the workers whose processes run. */
  Set<Integer> living() {
    return workers().stream().filter(Worker::isAlive).map(Worker::id).collect(Collectors.toSet());
  }

  /** Kills workers that have shown no sign of life for too long. They are dead when {@link #replaceDead} says so, and not before. */
  void killStalled() {
    long now = System.nanoTime();
    long interval = Vigil.interval(options.stallTimeout());
    if (now - lastLook >= interval) {
      // Who has not looked for long was stopped itself, or had nothing to look for.
      long passed = Math.min(now - lastLook, 2 * interval);
      lastLook = now;
      workers().forEach(worker -> worker.killIfStalled(passed));
    }
  }

  /** The workers that have died since the last look, each replaced already. */
  List<Worker> replaceDead() {
    List<Worker> dead = new ArrayList<>();
    for (Worker worker : List.copyOf(workers())) {
      if (!worker.isAlive()) {
        awaitOwnSignal(worker);
        run.gate().check();
        dead.add(worker);
        deathsInCall++;
        log().warn("{}", worker.obituary());
        if (deathsInCall > workers.length + 3) {
          throw new WorkerLostException(
              deathsInCall + " workers died during one call; the last one: " + worker.obituary());
        }
        try {
          startWorker(worker.seat());
          worker.checkRoom();
        } catch (IOException e) {
          throw FileFailure.of("cannot start a worker in place of one that died", run.path(), 0, e);
        }
      }
    }
    return dead;
  }

  /** Ctrl-C comes to all processes of a terminal's command: where it has ended a worker, this JVM is going down too, a moment later. */
  private void awaitOwnSignal(Worker dead) {
    if (SIGNALS.contains(dead.exitStatus())) {
      long end = System.nanoTime() + SIGNAL_NANOS;
      while (!run.gate().isShut() && System.nanoTime() < end) {
        LockSupport.parkNanos(SIGNAL_NANOS / 100);
      }
    }
  }

  /** Ends the workers and removes the run directory. */
  @Override
  public void close() {
    endWorkers();
    if (local != null) {
      local.close();
    }
    try (run;
        arena) {
      closeJobs();
    } finally {
      abandonment.cancel();
    }
  }

  private void endWorkers() {
    for (Worker worker : workers) {
      if (worker != null) {
        worker.hangUp();
      }
    }
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(END_MILLIS);
    for (Worker worker : workers) {
      if (worker != null) {
        boolean ended =
            worker.awaitEnd(Math.max(0, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
        // Those that the end of the JVM has killed are no news.
        if ((!ended || worker.exitStatus() != 0) && !run.gate().isShut()) {
          log().warn("{}", worker.obituary());
        }
      }
    }
  }

  private void closeJobs() {
    if (jobs == null) {
      return;
    }
    try {
      jobs.join().close();
    } catch (CompletionException e) {
      log().debug("the job queue was never opened: {}", e.toString());
    }
  }

  /** Asked for when there is something to say: the first logger of a JVM takes a tenth of a second. */
  private static Logger log() {
    return LoggerFactory.getLogger(WorkerPool.class);
  }
}

package io.parallelsaver.pool;

import io.parallelsaver.error.FileFailure;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.error.WorkerLostException;
import io.parallelsaver.job.Job;
import io.parallelsaver.job.JobSender;
import io.parallelsaver.pool.PoolOptions.Residents;
import io.parallelsaver.shm.Arena;
import io.parallelsaver.shm.RunDirectory;
import io.parallelsaver.shm.RunStatus;
import io.parallelsaver.shm.Sweep;
import io.parallelsaver.shm.WorkerTable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker processes of one coordinator with the shared files they meet in. Workers that die are replaced. All methods are for one
 * thread.
 */
public final class WorkerPool implements AutoCloseable {
  private static final int SLOTS_PER_WORKER = 2;

  private final PoolOptions options;
  private final RunDirectory run;
  private final WorkerTable table;
  private final Arena arena;
  private final RunStatus status;
  private volatile Crew crew;
  private final Abandonment abandonment;
  private CompletableFuture<JobSender> jobs;
  private volatile LocalTransfers local;
  private boolean started;
  private long lastCall;
  private SourceFile source;

  private WorkerPool(PoolOptions options) {
    this.options = options;
    this.run = RunDirectory.named(options.sharedMemory());
    this.abandonment = new Abandonment(run, this::present, () -> local);
    try {
      run.create();
      Residents residents = options.residents();
      WorkerSource source =
          residents == null ? new SpawnedWorkers(options) : new ResidentWorkers(residents.pool());
      this.table = WorkerTable.create(run.workerTable(), source.seats());
      this.arena = Arena.create(run.arena(), slots(options), options.chunkSize());
      this.status = RunStatus.create(run.status(), arena.slots());
      this.crew = new Crew(options, source, run, table, status);
    } catch (RuntimeException e) {
      discard(e);
      throw e;
    }
  }

  private List<Worker> present() {
    Crew known = crew;
    return known == null ? List.of() : known.workers();
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
    if (started) {
      return;
    }
    try {
      if (!crew.assemble()) {
        replaceResidents();
      }
      started = true;
      // Takes as long here as it does in the workers.
      jobs = CompletableFuture.supplyAsync(this::openJobs);
    } catch (IOException e) {
      throw FileFailure.of("cannot start workers for " + run.path(), run.path(), 0, e);
    }
  }

  /** Own workers in place of resident ones that cannot be had, if that is allowed. */
  private void replaceResidents() throws IOException {
    if (!options.residents().orSpawn()) {
      throw new SaverException(
          crew.shortage()
              + "; start some (parallel-saver worker, or the service), or let own ones be started (--or-spawn)");
    }
    log().warn("{}; own ones are started", crew.shortage());
    crew.end();
    crew = new Crew(options, new SpawnedWorkers(options), run, table, status);
    crew.assemble();
  }

  /** Whether a worker is up, so that a call need not wait for one to start. */
  public boolean anyReady() {
    for (Worker worker : workers()) {
      if (worker.isReady()) {
        return true;
      }
    }
    return false;
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

  /** What those who look on are told. */
  public RunStatus status() {
    return status;
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
    crew.beginCall();
    Idle idle = new Idle();
    while (!workers().stream().allMatch(Worker::isReady)) {
      crew.killStalled();
      crew.replaceDead();
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
    crew.beginCall();
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
    return crew.workers();
  }

  Crew crew() {
    return crew;
  }

  /** Ends the workers and removes the run directory. */
  @Override
  public void close() {
    crew.end();
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

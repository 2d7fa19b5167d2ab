package io.parallelsaver.pool;

import io.parallelsaver.shm.RunDirectory;
import java.io.IOException;

/** Processes of the coordinator's own, started when they are needed. */
record SpawnedWorkers(PoolOptions options) implements WorkerSource {
  @Override
  public int seats() {
    return options.workers();
  }

  @Override
  public boolean comeAndGo() {
    return false;
  }

  @Override
  public Link hire(RunDirectory run, int seat, int id) throws IOException {
    Process process = WorkerCommand.start(run, seat, id, options.workerMain());
    return new ProcessLink(process, run.workerLog(id));
  }

  @Override
  public String shortage() {
    return "no process could be started";
  }

  @Override
  public void end() {
    // There is none that was not hired.
  }
}

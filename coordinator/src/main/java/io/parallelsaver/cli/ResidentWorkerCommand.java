package io.parallelsaver.cli;

import io.parallelsaver.resident.PoolDirectory;
import io.parallelsaver.systemd.Notifier;
import io.parallelsaver.worker.ResidentWorker;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code parallel-saver worker}. */
@Command(
    name = "worker",
    description = {
      "Is a resident worker: serves every coordinator of this user that attaches to it, for as long as it runs.",
      "Coordinators take turns, a job each. SIGTERM ends it when the jobs at hand are done; coordinators then go on with the other workers, and with the one that is started in its place."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  parallel-saver worker --name 1 &  parallel-saver worker --name 2 &",
      "  parallel-saver save --attach out.npz data/"
    })
final class ResidentWorkerCommand implements Callable<Integer> {
  /** A job moves at most 64 MiB; a disk that takes longer for that is no longer waited for. */
  private static final long LEAVE_SECONDS = 20;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      required = true,
      description = "Unique in the pool: letters, digits, and _ . - behind the first.")
  String name;

  @Mixin
  PoolOption pool;

  @Override
  public Integer call() {
    Jars.keepOpen();
    try (ResidentWorker worker = ResidentWorker.named(new PoolDirectory(pool.directory), name)) {
      Thread leaving = new Thread(() -> leave(worker), "parallel-saver-leave");
      Runtime.getRuntime().addShutdownHook(leaving);
      if (worker.listen()) {
        WorkerHeart.start(worker, Notifier.fromEnvironment());
        worker.serve();
      }
    }
    return 0;
  }

  private static void leave(ResidentWorker worker) {
    worker.leave(LEAVE_SECONDS);
    worker.close();
  }
}

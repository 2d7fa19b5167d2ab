package io.parallelsaver.cli;

import io.parallelsaver.resident.PoolDirectory;
import io.parallelsaver.systemd.Notifier;
import io.parallelsaver.worker.ResidentWorker;
import picocli.CommandLine.Model.CommandSpec;

/** {@code parallel-saver worker}. */
final class ResidentWorkerCommand implements Command {
  /** A job moves at most 64 MiB; a disk that takes longer for that is no longer waited for. */
  private static final long LEAVE_SECONDS = 20;

  String name;
  final PoolOption pool;
  private final CommandSpec spec;

  ResidentWorkerCommand() {
    Syntax syntax = new Syntax(
        this,
        "worker",
        "Is a resident worker: serves every coordinator of this user that attaches to it, for as long as it runs.",
        "Coordinators take turns, a job each. SIGTERM ends it when the jobs at hand are done; coordinators then go on with the other workers, and with the one that is started in its place.");
    syntax.examples(
        "  parallel-saver worker --name 1 &  parallel-saver worker --name 2 &",
        "  parallel-saver save --attach out.npz data/");
    syntax
        .option("--name", "NAME", String.class, value -> name = value)
        .description("Unique in the pool: letters, digits, and _ . - behind the first.")
        .required(true);
    pool = new PoolOption(syntax);
    spec = syntax.spec();
  }

  @Override
  public CommandSpec spec() {
    return spec;
  }

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

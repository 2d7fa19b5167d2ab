package io.parallelsaver.watch;

import io.parallelsaver.error.CorruptException;
import io.parallelsaver.shm.CallKind;
import io.parallelsaver.shm.PrivateFile;
import io.parallelsaver.shm.RunDirectory;
import io.parallelsaver.shm.RunStatus;
import io.parallelsaver.shm.WorkerTable;
import io.parallelsaver.watch.RequestList.Request;
import io.parallelsaver.watch.RequestList.State;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Runs that stand still, with something in every figure, and a server that shows them. */
final class Shown implements AutoCloseable {
  /** What a target may be called by those who wish no good. */
  static final String NAME = "/data/<img src=x onerror=document.title='caught'>.npz";

  private static final long MIB = 1 << 20;

  final RunDirectory run;
  final RunStatus status;
  final WatchServer server;

  Shown(Path shared) throws IOException {
    run = RunDirectory.create(shared);
    status = RunStatus.create(run.status(), 10);
    status.callBegan(CallKind.VERIFY, Path.of("/data/old.npz"));
    status.bytes(70 * MIB, 70 * MIB);
    status.callFailed(new CorruptException("array 'b': CRC-32 is wrong"));
    status.callBegan(CallKind.SAVE, Path.of(NAME));
    status.arrays(37, 512);
    status.bytes(300 * MIB, 1200 * MIB);
    status.look(12, 7);
    status.jobDone(1_500_000);
    status.jobDone(900_000_000);
    status.workerReplaced();
    WorkerTable workers = WorkerTable.create(run.workerTable(), 3);
    for (int seat = 0; seat < 3; seat++) {
      workers.assign(seat, seat + 1);
    }
    workers.ready(0, 4711);
    workers.busy(0, 2, 75);
    workers.ready(1, 4712);
    Path dead = shared.resolve("parallel-saver-77-" + "0123456789abcdef".repeat(3));
    PrivateFile.createDirectory(dead);
    PrivateFile.create(dead.resolve("lock")).close();
    RunStatus.create(dead.resolve("status"), 6)
        .callBegan(CallKind.RESTORE, Path.of("/data/" + "a-long-name".repeat(20) + ".npz"));
    server = WatchServer.open(
        new WatchServer.Options(0, true, true), Figures.of(shared, false), () -> REQUESTS, shared);
  }

  private static final List<Request> REQUESTS = List.of(
      new Request(
          "r-2",
          "save",
          State.RUNNING,
          NAME,
          Instant.parse("2026-01-02T03:04:05Z"),
          Optional.of(Instant.parse("2026-01-02T03:04:06Z")),
          Optional.empty(),
          300,
          1200,
          ""),
      new Request(
          "r-1",
          "restore",
          State.FAILED,
          "/data/" + "old".repeat(60) + ".npz",
          Instant.parse("2026-01-02T03:03:05Z"),
          Optional.of(Instant.parse("2026-01-02T03:03:05Z")),
          Optional.of(Instant.parse("2026-01-02T03:03:06Z")),
          0,
          0,
          "there is no such file"));

  String url(String path) {
    return "http://127.0.0.1:" + server.port() + path;
  }

  @Override
  public void close() {
    try (run) {
      server.close();
    }
  }
}

package io.parallelsaver.bench.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.bench.PythonPeer;
import io.parallelsaver.testing.OnSecondJava;
import io.parallelsaver.testing.RequiresNumPy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A power cut under the daemon: its journal, its drafts and the results are on a disk that loses what was not flushed. What had an id is done by
 * the next start. {@code -Ddaemoncut.cuts=N}, {@code -Dpowercut.seed=N}.
 */
@RequiresMount
@RequiresNumPy
@OnSecondJava
class DaemonPowerCutIT {
  private static final int CUTS = Integer.getInteger("daemoncut.cuts", 2);
  private static final long SEED = Long.getLong("powercut.seed", System.nanoTime());
  private static final int MEGABYTES = 160;
  private static final int SIZE = 1 << 20;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  @TempDir
  Path temp;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private CutDisk disk;
  private PythonPeer numpy;

  @BeforeEach
  void start() throws IOException {
    disk = new CutDisk(Files.createDirectory(temp.resolve("power")), MEGABYTES);
    Files.createDirectory(files());
    numpy = PythonPeer.start(temp);
    numpy.ask("judge", "make", Ground.VERSIONS.get(0), source(), SIZE);
    disk.sync();
  }

  @AfterEach
  void stop() {
    numpy.close();
    disk.close();
  }

  @Test
  void whatWasAcceptedIsDoneAfterThePowerIsBack() throws IOException {
    System.out.println("daemon's power cut: seed " + SEED);
    int number = 0;
    for (int cut = 0; cut < CUTS; cut++) {
      List<String> accepted = new ArrayList<>();
      try (Child daemon = daemon()) {
        awaitListening(daemon);
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
          accepted.add(submit("r" + number++));
        }
        LockSupport.parkNanos(random.nextLong(TimeUnit.MILLISECONDS.toNanos(400)));
        List<ProcessHandle> workers = daemon.handle().children().toList();
        disk.cut();
        daemon.handle().destroyForcibly();
        daemon.exit();
        workers.forEach(worker -> worker.onExit().join());
      }
      disk.restart();
      try (Child daemon = daemon()) {
        awaitListening(daemon);
        for (String id : accepted) {
          Child.run(
              "wait", id, "--timeout", "60", "--run-dir", temp.resolve("run").toString());
          Path target = files().resolve(id + ".npz");
          assertEquals(
              "",
              numpy.ask("judge", "archive", target, Ground.VERSIONS.get(0)).strip(),
              "seed " + SEED);
        }
        daemon.handle().destroy();
        daemon.expect(143);
      }
      assertTrue(
          Sighting.list(files(), ".parallel-saver*").isEmpty(),
          () -> "left: " + Sighting.list(files(), ".*"));
    }
  }

  /** Not on the disk: the judge keeps it mapped. */
  private Path source() {
    return temp.resolve("in");
  }

  private Path files() {
    return disk.path().resolve("files");
  }

  private Child daemon() {
    return Child.start(List.of(
        "coordinator",
        "--root",
        files() + ":" + source(),
        "--state-dir",
        disk.path().resolve("state").toString(),
        "--run-dir",
        temp.resolve("run").toString(),
        "--workers",
        "1",
        "--parallel",
        "1"));
  }

  private void awaitListening(Child daemon) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (true) {
      try (Child status =
          Child.start(List.of("status", "--run-dir", temp.resolve("run").toString()))) {
        if (status.exit() == 0) {
          return;
        }
        assertTrue(daemon.isAlive() && System.nanoTime() < end, daemon + "\n" + status);
      }
    }
  }

  private String submit(String id) {
    String target = files().resolve(id).toString();
    return Child.run(
            "submit",
            "save",
            "--id",
            id,
            "--run-dir",
            temp.resolve("run").toString(),
            target,
            source().toString())
        .get(0);
  }
}

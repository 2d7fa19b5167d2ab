package io.parallelsaver.bench.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.bench.PythonPeer;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.shards.SetStaging;
import io.parallelsaver.shm.Trees;
import io.parallelsaver.testing.OnSecondJava;
import io.parallelsaver.testing.RequiresNumPy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a power cut leaves of a save: {@code -Dpowercut.cuts=N} makes N of each kind, {@code -Dpowercut.seed=N} the same ones again. */
@RequiresMount
@RequiresNumPy
@OnSecondJava
class PowerCutIT {
  private static final int CUTS = Integer.getInteger("powercut.cuts", 3);
  private static final long SEED = Long.getLong("powercut.seed", System.nanoTime());
  private static final int MEGABYTES = 160;
  private static final int SIZE = 32 << 20;
  private static final int MOST_MISSES = 20 + CUTS;
  private static final long LOOK_NANOS = 200_000;

  @TempDir
  Path temp;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private boolean sharded;
  private CutDisk disk;
  private PythonPeer numpy;

  /** What the target holds, durably; null if it is absent. */
  private String held;

  @BeforeEach
  void start() throws IOException {
    disk = new CutDisk(Files.createDirectory(temp.resolve("power")), MEGABYTES);
    numpy = PythonPeer.start(temp);
    for (String version : Ground.VERSIONS) {
      numpy.ask("judge", "make", version, temp.resolve(version), SIZE);
    }
  }

  @AfterEach
  void stop() {
    numpy.close();
    disk.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void losesNothing(boolean asSet) throws IOException {
    sharded = asSet;
    System.out.println("power cut: seed " + SEED + (sharded ? ", sharded sets" : ""));
    for (int i = 0; i < CUTS; i++) {
      String version = other();
      try (Child save = save(version, "sync")) {
        save.expect(0);
        disk.cut();
      }
      disk.restart();
      assertEquals("", wrong(version), "after return, seed " + SEED);
      held = version;
    }
    System.out.println("power cut: " + CUTS + " cuts after return, " + CUTS + " right");
    int missed = 0;
    for (int landed = 0; landed < CUTS; ) {
      if (random.nextInt(3) == 0) {
        Files.deleteIfExists(result());
        held = null;
      }
      disk.sync();
      if (cutBefore(other())) {
        landed++;
      } else {
        missed++;
      }
      assertTrue(missed <= MOST_MISSES, "no cut falls in mid-work: " + missed + " missed");
    }
    System.out.println(
        "power cut: " + CUTS + " cuts before, " + CUTS + " right, " + missed + " missed");
  }

  /** Shows that a cut takes what is not durable, and that this is seen. */
  @Test
  void losesWhatIsNotDurable() throws IOException {
    int lost = 0;
    for (int i = 0; i < 3 && lost == 0; i++) {
      String version = other();
      try (Child save = save(version, "none")) {
        save.expect(0);
        disk.cut();
      }
      disk.restart();
      lost += wrong(version).isEmpty() ? 0 : 1;
    }
    assertNotEquals(0, lost, "a cut takes nothing: what it is to show cannot be shown by it");
  }

  /** Cuts while a save is at work; false if it was over before. */
  private boolean cutBefore(String version) throws IOException {
    Object was = fileKey();
    boolean landed;
    try (Child save = save(version, "sync")) {
      Sighting seen = Sighting.of(save.pid());
      while (save.isAlive() && !(seen.working() && isUnfinished())) {
        LockSupport.parkNanos(LOOK_NANOS);
        seen = Sighting.of(save.pid());
      }
      long until = System.nanoTime() + random.nextLong(TimeUnit.MILLISECONDS.toNanos(250));
      while (save.isAlive() && System.nanoTime() < until) {
        LockSupport.parkNanos(LOOK_NANOS);
      }
      List<ProcessHandle> workers = Sighting.of(save.pid()).handles();
      landed = save.isAlive() && isUnfinished();
      disk.cut();
      landed &= save.isAlive() && Objects.equals(was, fileKey());
      // Whoever still runs goes down with the machine.
      save.handle().destroyForcibly();
      workers.forEach(ProcessHandle::destroyForcibly);
      save.exit();
      while (!workers.stream().allMatch(Sighting::gone)) {
        LockSupport.parkNanos(LOOK_NANOS);
      }
    }
    Child.run("clean");
    disk.restart();
    String wrong = wrong(held);
    if (!wrong.isEmpty()) {
      // The rename may have reached the disk a moment before.
      assertEquals("", wrong(version), "neither old nor new, seed " + SEED + ": " + wrong);
      held = version;
    }
    removeUnfinished();
    return landed;
  }

  private String other() {
    return held == null
        ? Ground.VERSIONS.get(random.nextInt(2))
        : Ground.VERSIONS.get(1 - Integer.parseInt(held));
  }

  private Child save(String version, String durability) {
    List<String> command = new ArrayList<>(List.of(
        "save",
        target().toString(),
        temp.resolve(version).toString(),
        "--workers",
        "2",
        "--durability",
        durability));
    if (sharded) {
      // Another number each time, so that some names are the same and some are not.
      command.addAll(List.of("--shards", Integer.toString(2 + random.nextInt(3))));
    }
    return Child.start(command);
  }

  private Path target() {
    return disk.path().resolve("t.npz");
  }

  /** What is there if, and only if, the save is done. */
  private Path result() {
    return sharded ? disk.path().resolve("t.npz.index.json") : target();
  }

  private Object fileKey() throws IOException {
    return Files.exists(result()) ? Files.getAttribute(result(), "unix:ino") : null;
  }

  private List<Path> unfinished() {
    return Sighting.list(disk.path(), sharded ? ".*.shards" : ".*.unfinished");
  }

  private boolean isUnfinished() {
    return !unfinished().isEmpty();
  }

  /** Shared memory, where it was noted, is gone with the power. */
  private void removeUnfinished() throws IOException {
    for (Path file : unfinished()) {
      if (!sharded || !SetStaging.finish(file)) {
        Trees.delete(file);
      }
    }
  }

  /** What is wrong with the target, by verify and by NumPy, if it must hold this version, or be absent if that is null. */
  private String wrong(String version) {
    if (version == null || !Files.exists(result())) {
      return Files.exists(result()) == (version != null) ? "" : "there: " + Files.exists(result());
    }
    try (Child verify = Child.start(List.of("verify", target().toString()))) {
      if (verify.exit() != 0) {
        return verify.toString();
      }
    }
    return readByNumPy(version);
  }

  private String readByNumPy(String version) {
    try {
      Path archive = target();
      if (sharded) {
        archive = temp.resolve("judged.npz");
        Child.run("convert", target().toString(), archive.toString(), "--durability", "none");
      }
      return numpy.ask("judge", "archive", archive, version).strip();
    } catch (SaverException e) {
      return e.getMessage();
    }
  }
}

package io.parallelsaver.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.testing.Golden;
import io.parallelsaver.testing.Mounted;
import io.parallelsaver.testing.NumPy;
import io.parallelsaver.testing.ProcessState;
import io.parallelsaver.testing.RequiresMount;
import io.parallelsaver.testing.RequiresNumPy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands as a user runs them, through the launcher of the built distribution. */
class CommandIT {
  @TempDir
  Path temp;

  private Path work;
  private Launched launched;

  @BeforeEach
  void makeDirectories() throws IOException {
    work = Files.createDirectory(temp.resolve("work"));
    launched = new Launched(work, Files.createDirectory(temp.resolve("shared")), temp);
  }

  @AfterEach
  void leavesNothingBehind() {
    assertEquals(List.of(), launched.inSharedMemory());
    assertEquals(List.of(), launched.inWork("unfinished"));
  }

  /** What a script sees: one document, and not a byte of progress or log. */
  private Cli silent(Object... arguments) throws Exception {
    Cli cli = launched.run(arguments).exits(0);
    assertEquals("", cli.err());
    return cli;
  }

  @Test
  void goesThereAndBackWithJson() throws Exception {
    Path unicode = Files.write(work.resolve("größe.npy"), Golden.bytes("float64.npy"));
    Golden.copy("int16-fortran.npy", work);
    Golden.copy("compressed.npz", work);
    Map<?, ?> saved = silent(
            "save", "out", "größe.npy", "x/y=int16-fortran.npy", "compressed.npz", "--json")
        .json();
    int count = 2 + Golden.arrays("compressed.npz").size();
    assertEquals((long) count, saved.get("arrays"));
    assertEquals("out.npz", saved.get("file"));
    assertEquals(
        count, ((List<?>) silent("inspect", "out", "--json").json().get("members")).size());
    assertEquals(true, silent("verify", "out", "--json").json().get("whole"));
    assertEquals(
        count,
        ((List<?>) silent("restore", "out", "--out", "back", "--json").json().get("files")).size());
    assertArrayEquals(
        Files.readAllBytes(unicode), Files.readAllBytes(work.resolve("back/größe.npy")));
    assertArrayEquals(
        Golden.bytes("int16-fortran.npy"), Files.readAllBytes(work.resolve("back/x/y.npy")));
    assertTrue(silent("verify", "out").out().startsWith("out.npz is whole: "));
  }

  @Test
  void takesAnyFileNameInTheCLocale() throws Exception {
    Files.write(work.resolve("größe.npy"), Golden.bytes("float64.npy"));
    launched.environment("LC_ALL", "C");
    silent("save", "größer", "größe.npy", "--json");
    assertEquals("größer.npz", silent("inspect", "größer", "--json").json().get("file"));
  }

  @RequiresNumPy
  @Test
  void agreesWithNumPy() throws Exception {
    NumPy.run("""
        import os
        os.chdir(sys.argv[1])
        rng = np.random.default_rng(7)
        np.save('a.npy', rng.random((100, 300)))
        np.save('b.npy', np.asfortranarray(rng.integers(0, 9, (40, 50)).astype('>i4')))
        np.savez('stored.npz', c=rng.random(3_000_000), d=np.array(5))
        np.savez_compressed('deflated.npz', e=np.zeros(1_000_000), f=np.array(['x', 'yz']))
        """, work);
    silent("save", "all.npz", ".", "stored.npz", "deflated.npz");
    silent("restore", "all.npz", "--out", "back");
    NumPy.run("""
        import os
        os.chdir(sys.argv[1])
        want = {k: np.load(k + '.npy') for k in 'ab'} | dict(np.load('stored.npz')) | dict(np.load('deflated.npz'))
        got = np.load('all.npz')
        assert got.files == list('abcdef'), got.files
        for k in want:
            for one in got[k], np.load(f'back/{k}.npy'):
                assert one.dtype == want[k].dtype and one.flags.f_contiguous == want[k].flags.f_contiguous, k
                assert np.array_equal(one, want[k]), k
        """, work);
  }

  @Test
  void endsWithTheExitCodeOfItsHelp() throws Exception {
    Golden.copy("float64.npy", work);
    Files.writeString(work.resolve("text"), "text");
    assertTrue(launched.run().exits(2).err().startsWith("Usage:"));
    assertTrue(launched.run("save", "out").exits(2).err().startsWith("parallel-saver: "));
    assertTrue(launched.run("verify", "text").exits(3).err().contains("no .npz"));
    assertTrue(launched
        .run("save", "no/such/out", "float64.npy")
        .exits(1)
        .err()
        .contains("there is no directory"));
    Launched.sparse(work.resolve("huge.npy"), 8L << 40);
    Cli full = launched.run("save", "out", "huge.npy", "--json").exits(4);
    assertEquals(4L, full.json().get("exit"));
    assertTrue(full.err().contains("make room"), full.err());
    assertFalse(Files.exists(work.resolve("out.npz")));
  }

  @Test
  void showsABarInAPipeOnlyWhenTold() throws Exception {
    Launched.sparse(work.resolve("a.npy"), 32L << 20);
    silent("save", "out", "a.npy", "--durability", "none");
    Cli cli = launched.run("verify", "out", "--progress", "always").exits(0);
    assertTrue(cli.err().contains("verify 100%"), cli.err());
    assertTrue(cli.out().startsWith("out.npz is whole"), cli.out());
  }

  @Test
  void knowsATerminalWhenItSeesOne() throws Exception {
    Path java = Files.createDirectories(temp.resolve("java/bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
    assertTrue(java.toFile().setExecutable(true));
    launched.environment("JAVA_HOME", temp.resolve("java").toString());
    assertTrue(launched.run("clean").exits(0).out().contains("-Dparallelsaver.terminal=0\n"));
    String command = "stty cols 123; " + Launched.LAUNCHER + " clean";
    String seen = launched
        .execute(List.of("script", "-qec", command, "/dev/null"))
        .exits(0)
        .out();
    assertTrue(seen.contains("-Dparallelsaver.terminal=123\r\n"), seen);
  }

  @Test
  void repairs() throws Exception {
    byte[] whole = Files.readAllBytes(Golden.copy("mixed.npz", work));
    Files.write(work.resolve("cut.npz"), Arrays.copyOf(whole, whole.length * 2 / 3));
    Cli verified = launched.run("verify", "cut.npz").exits(3);
    assertTrue(verified.err().contains("'parallel-saver repair cut.npz TARGET'"), verified.err());
    assertTrue(launched.run("repair", "cut.npz", "--dry-run").exits(3).err().contains("would be"));
    assertFalse(Files.exists(work.resolve("back.npz")));
    Map<?, ?> found =
        launched.run("repair", "cut.npz", "back.npz", "--json").exits(3).json();
    assertEquals(false, found.get("whole"));
    assertEquals(
        found.get("arrays"), silent("verify", "back.npz", "--json").json().get("arrays"));
    assertTrue((long) found.get("arrays") > 0, found.toString());
    silent("repair", "mixed.npz", "same.npz");
    assertTrue(launched.run("repair", "cut.npz").exits(2).err().contains("TARGET is missing"));
  }

  @Test
  void demonstrates() throws Exception {
    Map<?, ?> result = silent("demo", "--size", "16MiB", "--arrays", "3", "--rounds", "1", "--json")
        .json();
    assertEquals(3L, result.get("arrays"));
    assertEquals(1L, result.get("rounds"));
    assertEquals(16L << 20, (long) result.get("bytes") + (16L << 20) % 24);
    assertEquals(
        List.of("save_sync", "save", "restore", "verify"),
        List.copyOf(((Map<?, ?>) result.get("seconds")).keySet()));
    assertEquals(List.of(), launched.inWork(""));
    launched.environment("PARALLEL_SAVER_PYTHON", "/bin/false");
    launched.environment("PARALLEL_SAVER_OPTS", "-Xmx32m");
    String without = silent("demo", "--rounds", "1").out();
    assertTrue(without.contains("no NumPy in /bin/false"), without);
    assertTrue(without.contains("instead of 1.00 GiB: Java's heap"), without);
    assertEquals(List.of(), launched.inWork(""));
  }

  /** As a terminal or a service manager does: to all processes of the command. */
  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143", "HUP, 129"})
  void endsCleanlyAtASignal(String signal, int exit) throws Exception {
    Launched.sparse(work.resolve("large.npy"), 16L << 30);
    Path target = Files.writeString(work.resolve("out.npz"), "old");
    try (Launched.Running save =
        launched.start("save", "out", "large.npy", "--durability", "none")) {
      save.awaitFile("unfinished");
      assertEndsAt(signal, exit, save);
    }
    assertEquals("old", Files.readString(target));
    assertEquals(List.of("large.npy", "out.npz"), launched.inWork(""));
    assertEquals(List.of(), launched.inSharedMemory());
  }

  /** By threads of the command, which do it as long as no worker is up, and by workers; the folder is there, or is new. */
  @ParameterizedTest
  @CsvSource({
    "INT, 130, ., --workers=2",
    "TERM, 143, ., --stall-timeout=30",
    "TERM, 143, new/deep, --workers=2",
    "HUP, 129, new/deep, --stall-timeout=30"
  })
  void restoreToFilesEndsCleanlyAtASignal(String signal, int exit, String out, String option)
      throws Exception {
    Launched.sparse(work.resolve("large.npy"), 16L << 30);
    try (Launched.Running restore = launched.start("restore", "large.npy", "--out", out, option)) {
      Launched.await("it writes", () -> launched.inFolder(out, "unfinished").stream()
          .anyMatch(name -> !launched.inFolder(out + "/" + name, "0").isEmpty()));
      assertEndsAt(signal, exit, restore);
    }
    assertEquals(List.of("large.npy"), launched.inWork(""));
    assertEquals(List.of(), launched.inSharedMemory());
  }

  private static void assertEndsAt(String signal, int exit, Launched.Running running)
      throws Exception {
    running.signal(signal);
    Cli cli = running.finish().exits(exit);
    assertEquals("", cli.out());
    assertEquals(
        List.of("parallel-saver: ended by a signal; what was not finished is removed"),
        cli.err().lines().toList());
  }

  @Test
  void cleansUpAfterTheDeadOnly() throws Exception {
    Launched.sparse(work.resolve("large.npy"), 16L << 30);
    try (Launched.Running save =
        launched.start("save", "out", "large.npy", "--durability", "none")) {
      save.awaitFile("unfinished");
      List<?> live = (List<?>) launched.run("clean", "--json").exits(0).json().get("live");
      assertEquals(1, live.size());
      assertEquals(save.pid(), ((Map<?, ?>) live.get(0)).get("pid"));
      assertEquals(1, launched.inWork("unfinished").size());
      save.kill();
    }
    String run = launched.inSharedMemory().get(0);
    assertTrue(launched.run("clean").exits(0).out().matches("removed \\S+" + run + "\n"));
  }

  /** A worker waits in the kernel, for a disk that does not answer: kill -9 does not end it, and yet the command ends. */
  @RequiresMount
  @Test
  void endsThoughADiskHangs() throws Exception {
    Launched.sparse(work.resolve("large.npy"), 2L << 30);
    try (Mounted disk = Mounted.ext4(temp.resolve("disk"), 3L << 30)) {
      try (Launched.Running save = launched.start(
          "save",
          disk.path().resolve("out.npz"),
          "large.npy",
          "--workers=1",
          "--durability=none")) {
        ProcessHandle worker = save.onlyWorker();
        Launched.await("it writes", () -> ProcessState.written(worker.pid()) > 64 << 20);
        Mounted.Frozen frozen = disk.freeze();
        try (frozen) {
          Launched.await("the worker hangs", () -> ProcessState.isInKernel(worker.pid()));
          long since = System.nanoTime();
          save.signal("TERM");
          Cli cli = save.finish().exits(143);
          assertTrue(System.nanoTime() - since < 15_000_000_000L, "within 15 s");
          assertTrue(cli.err().contains("does not answer"), cli::toString);
          assertTrue(worker.isAlive(), "it hung all the time");
        }
        worker.onExit().get(60, TimeUnit.SECONDS);
      }
      assertEquals(1, Launched.names(disk.path(), "unfinished").size());
      String run = launched.inSharedMemory().get(0);
      assertEquals(List.of("litter", "lock", "owner"), launched.inShared(run), "no memory is held");
      assertTrue(launched.run("clean").exits(0).out().contains("removed "));
      assertEquals(List.of("lost+found"), Launched.names(disk.path(), ""));
    }
  }

  @Test
  void removesWhatAPowerCutLeft() throws Exception {
    String name = ".parallel-saver-7-0123456789abcdef-1.unfinished";
    Path before = Files.writeString(work.resolve(name), "half");
    Files.setLastModifiedTime(before, FileTime.from(Instant.EPOCH));
    Path since =
        Files.writeString(work.resolve(".parallel-saver-7-0123456789abcdef-2.unfinished"), "half");
    launched.run("clean").exits(0);
    assertTrue(Files.exists(before), "it was not asked for");
    Map<?, ?> cleaned = silent("clean", "--in", ".", "--json").json();
    assertEquals(1, ((List<?>) cleaned.get("unfinished_removed")).size());
    List<?> left = (List<?>) cleaned.get("unfinished_left");
    String why = (String) ((Map<?, ?>) left.get(0)).get("why");
    assertTrue(why.contains("since this machine was started"), why);
    assertFalse(Files.exists(before));
    String text = launched.run("clean", "--in", work, "--in", temp).exits(0).out();
    assertTrue(text.contains("left " + since + ": it was made since"), text);
    assertTrue(text.contains("nothing to remove in " + work + ", " + temp), text);
    Files.delete(since);
    launched.run("clean", "--in", "none").exits(3);
  }
}

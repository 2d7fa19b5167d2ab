package io.parallelsaver.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.testing.Mounted;
import io.parallelsaver.testing.OnFirstJava;
import io.parallelsaver.testing.RequiresMount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands where there is too little of something: an error that says what to do, its exit code, and nothing else. */
@RequiresMount
@OnFirstJava
class SpaceIT {
  private static final long KIB = 1024;
  private static final long MIB = KIB * KIB;
  private static final byte[] OLD = {1, 2, 3};

  @TempDir
  Path temp;

  private Path work;
  private Path target;
  private Launched launched;

  @BeforeEach
  void makeInput() throws IOException {
    work = Files.createDirectory(temp.resolve("work"));
    target = Files.write(work.resolve("target.npz"), OLD);
    launched = new Launched(work, Files.createDirectory(temp.resolve("shared")), temp);
    Launched.sparse(work.resolve("a.npy"), 24 * MIB);
  }

  @AfterEach
  void leavesNothingBehind() {
    assertEquals(List.of(), launched.inSharedMemory());
    assertEquals(List.of(), launched.inWork("unfinished"));
    assertEquals(List.of(), launched.inWork("hs_err"));
    assertEquals(List.of(), launched.inWork("core"));
  }

  private Cli limited(String limit, Object... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("prlimit", limit, Launched.LAUNCHER.toString()));
    Arrays.stream(arguments).map(Object::toString).forEach(command::add);
    return launched.execute(command);
  }

  private void says(Cli cli, String... words) {
    for (String word : words) {
      assertTrue(cli.err().contains(word), () -> "\"" + word + "\" is not in " + cli);
    }
  }

  private void keepsTheOld() throws IOException {
    assertArrayEquals(OLD, Files.readAllBytes(target));
  }

  @Test
  void aTinySharedMemoryIsEnoughForFiles() throws Exception {
    try (Mounted memory = Mounted.tmpfs(temp.resolve("memory"), 20 * KIB)) {
      launched.run("save", "--shared-memory", memory.path(), target, "a.npy").exits(0);
      memory.resize(MIB);
      launched
          .run("save", "--workers", 2, "--shared-memory", memory.path(), target, "a.npy")
          .exits(0);
      assertEquals(0, memory.path().toFile().list().length);
    }
    launched.run("verify", target).exits(0);
  }

  @Test
  void aFullSharedMemoryIsSaid() throws Exception {
    try (Mounted memory = Mounted.tmpfs(temp.resolve("memory"), 128 * KIB)) {
      Path filler = memory.fill();
      for (Object workers : List.of(1, 2)) {
        Cli full = launched
            .run("save", "--workers", workers, "--shared-memory", memory.path(), target, "a.npy")
            .exits(4);
        says(full, "shared memory is full", "--shm-size", "PARALLEL_SAVER_SHM");
      }
      Files.delete(filler);
      says(
          launched
              .run("save", "--workers", 8, "--shared-memory", memory.path(), target, "a.npy")
              .exits(4),
          "shared memory is full",
          "fewer workers");
      assertEquals(0, memory.path().toFile().list().length);
      keepsTheOld();
    }
  }

  /** Not a byte: a run cannot even say whose it is. */
  @Test
  void aSharedMemoryWithoutAnyRoomIsSaid() throws Exception {
    try (Mounted memory = Mounted.tmpfs(temp.resolve("memory"), 4 * KIB)) {
      Path filler = memory.fill();
      for (String command : List.of("save --workers=1", "save", "save --compress")) {
        List<Object> arguments = new ArrayList<>(List.of(command.split(" ")));
        arguments.addAll(List.of("--shared-memory", memory.path(), target, "a.npy"));
        says(
            launched.run(arguments.toArray()).exits(4),
            "shared memory is full",
            memory.path().toString(),
            "--shm-size");
        assertEquals(
            List.of(filler),
            List.of(memory.path().toFile().listFiles()).stream()
                .map(java.io.File::toPath)
                .toList());
      }
      keepsTheOld();
    }
  }

  /** What a container gives, and nobody has said anything. */
  @Test
  void worksInAContainersSharedMemory() throws Exception {
    String script = "mount -t tmpfs -o size=64m tmpfs /dev/shm && unset PARALLEL_SAVER_SHM"
        + " && \"$0\" save --workers 2 target.npz a.npy && ls /dev/shm";
    Cli saved = launched.execute(List.of(
        "unshare",
        "--mount",
        "--propagation",
        "slave",
        "sh",
        "-c",
        script,
        Launched.LAUNCHER.toString()));
    assertEquals(1, saved.exits(0).out().lines().count(), saved::toString);
    launched.run("verify", target).exits(0);
  }

  @Test
  void aFullDiskIsSaid() throws Exception {
    try (Mounted disk = Mounted.ext4(temp.resolve("disk"), 16 * MIB)) {
      Path there = Files.write(disk.path().resolve("there.npz"), OLD);
      for (Object workers : List.of("--workers=1", "--compress")) {
        if (workers.equals("--compress")) {
          disk.fill();
        }
        Cli full = launched.run("save", workers, there, "a.npy").exits(4);
        says(full, there.toString(), "make room there");
        assertArrayEquals(OLD, Files.readAllBytes(there));
      }
      says(launched.run("restore", "--out", disk.path(), archive()).exits(4), "make room there");
      assertEquals(List.of("full", "lost+found", "there.npz"), names(disk.path()));
    }
  }

  private Path archive() throws Exception {
    Path archive = work.resolve("archive.npz");
    launched.run("save", archive, "a.npy").exits(0);
    return archive;
  }

  private static List<String> names(Path directory) {
    return Arrays.stream(directory.toFile().list()).sorted().toList();
  }

  @Test
  void limitsOfTheProcessAreSaid() throws Exception {
    for (String workers : List.of("--workers=1", "--compress")) {
      Cli large = limited("--fsize=40960", "save", workers, target, "a.npy").exits(1);
      says(large, "limit of file sizes (ulimit -f)");
      keepsTheOld();
    }
    // Java itself takes some twenty; how many a save takes besides depends on what it finds loaded.
    int refused = 0;
    for (int handles : List.of(24, 28, 32, 40)) {
      for (String workers : List.of("--workers=1", "--format=npz")) {
        Cli cli = limited("--nofile=" + handles, "save", workers, target, "a.npy");
        if (cli.exit() == 0) {
          launched.run("verify", target).exits(0);
          Files.write(target, OLD);
        } else {
          says(cli.exits(1), "raise the process's limit of open files (ulimit -n)");
          refused++;
        }
        keepsTheOld();
      }
    }
    assertTrue(refused >= 4, refused + " of 8 were refused");
    // Removing takes files, too: what could not be removed then is removed by the next.
    for (String run : launched.inSharedMemory()) {
      Files.setLastModifiedTime(temp.resolve("shared").resolve(run), FileTime.from(Instant.EPOCH));
    }
    launched.run("clean").exits(0);
  }

  /** Root may write anywhere, unless that is taken from it. */
  @Test
  void foldersWithoutPermissionAreSaid() throws Exception {
    Path theirs = Files.createDirectory(temp.resolve("theirs"));
    Path there = Files.write(theirs.resolve("there.npz"), OLD);
    Files.setPosixFilePermissions(theirs, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setAttribute(theirs, "unix:uid", 12345);
    Path archive = archive();
    for (List<Object> command : List.of(
        List.<Object>of("save", there, "a.npy"),
        List.<Object>of("save", "--workers=1", there, "a.npy"),
        List.<Object>of("save", "--format=npy", theirs, "a.npy"),
        List.<Object>of("restore", archive, "--out", theirs),
        List.<Object>of("restore", archive, "--out", theirs.resolve("new/deep")),
        List.<Object>of("save", "--shared-memory", theirs, target, "a.npy"))) {
      List<String> unprivileged = new ArrayList<>(List.of(
          "setpriv",
          "--bounding-set=-dac_override,-dac_read_search",
          Launched.LAUNCHER.toString()));
      command.forEach(each -> unprivileged.add(each.toString()));
      says(
          launched.execute(unprivileged).exits(1),
          theirs.toString(),
          "Permission denied",
          "make it writable for this user");
      assertEquals(List.of("there.npz"), names(theirs));
    }
    assertArrayEquals(OLD, Files.readAllBytes(there));
    keepsTheOld();
  }

  @Test
  void targetsThatCannotBeAreSaid() throws Exception {
    try (Mounted disk = Mounted.tmpfs(temp.resolve("disk"), MIB)) {
      disk.makeReadOnly();
      Path there = disk.path().resolve("there.npz");
      says(
          launched.run("save", there, "a.npy", "--workers", 1).exits(4),
          there.toString(),
          "make room there");
      Files.write(work.resolve("b.npy"), io.parallelsaver.testing.Golden.bytes("float64.npy"));
      says(
          launched.run("save", there, "b.npy").exits(1),
          there.toString(),
          "Read-only",
          "elsewhere");
      says(
          launched.run("restore", "--out", disk.path(), archive()).exits(1),
          "Read-only",
          "elsewhere");
      assertEquals(List.of(), names(disk.path()));
    }
    says(launched.run("save", "none/a.npz", "a.npy").exits(1), "there is no directory", "make it");
    String name = "n".repeat(300);
    says(launched.run("save", name, "a.npy").exits(1), name, "name it shorter");
  }
}

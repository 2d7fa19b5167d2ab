package io.parallelsaver.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.testing.ChildProcess;
import io.parallelsaver.testing.Mounted;
import io.parallelsaver.testing.RequiresMount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SweepTest {
  @TempDir
  Path directory;

  private Path parent;
  private Path targets;

  @BeforeEach
  void createDirectories() throws IOException {
    parent = Files.createDirectory(directory.resolve("shm"));
    targets = Files.createDirectory(directory.resolve("targets"));
  }

  private ChildProcess owner() {
    return ChildProcess.jvm(RunOwner.class, parent.toString(), targets.toString());
  }

  /** A directory as a run makes it. */
  private Path run(String name) throws IOException {
    Path run = parent.resolve("parallel-saver-1-" + name);
    PrivateFile.createDirectory(run);
    return run;
  }

  private static Set<String> names(Path directory) throws IOException {
    Set<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.list(directory)) {
      files.forEach(file -> names.add(file.getFileName().toString()));
    }
    return names;
  }

  private static void age(Path path, Duration age) throws IOException {
    Files.setLastModifiedTime(path, FileTime.from(Instant.now().minus(age)));
  }

  /** What another process sees: locks of this one mean nothing to itself. */
  private static String sweepFromOutside(Path parent) {
    try (ChildProcess child = ChildProcess.jvm(SweepProcess.class, parent.toString())) {
      List<String> lines = child.finish();
      return lines.get(lines.size() - 1);
    }
  }

  @Test
  void removesWhatADeadRunLeft() throws IOException {
    Path kept = Files.writeString(targets.resolve("target.npz"), "a whole archive");
    Path run;
    try (ChildProcess owner = owner()) {
      run = Path.of(owner.readLine());
      assertTrue(Files.isDirectory(run));
      assertEquals(3, names(targets).size());
      owner.kill();
    }
    Sweep sweep = Sweep.of(parent);
    assertEquals(new Sweep(List.of(run), List.of(), List.of()), sweep);
    assertEquals(Set.of(), names(parent));
    assertEquals(Set.of("target.npz"), names(targets));
    assertEquals("a whole archive", Files.readString(kept));
  }

  @Test
  void leavesALiveRunAlone() throws IOException {
    try (ChildProcess owner = owner()) {
      Path run = Path.of(owner.readLine());
      Set<String> before = names(run);
      assertEquals(new Sweep(List.of(), List.of(run), List.of()), Sweep.of(parent));
      assertEquals(new Sweep(List.of(), List.of(run), List.of()), Sweep.of(parent));
      assertEquals(before, names(run));
      assertEquals(2, names(targets).size());
      owner.closeInput();
      owner.finish();
    }
    assertEquals(Set.of(), names(parent));
  }

  @Test
  void leavesARunOfThisProcessAloneAndItsLockInPlace() throws IOException {
    try (RunDirectory run = RunDirectory.create(parent)) {
      assertEquals(List.of(run.path()), Sweep.of(parent).live());
      assertEquals("removed 0 live 1 foreign 0", sweepFromOutside(parent));
      assertTrue(Files.isDirectory(run.path()));
    }
    assertEquals(Set.of(), names(parent));
  }

  /** POSIX would drop the lock when any handle of the file is closed, by whatever path it was opened. */
  @Test
  void keepsTheLockOfThisProcessWhenSweptByAnotherPath() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("link"), parent);
    try (RunDirectory run = RunDirectory.create(parent)) {
      assertEquals(1, Sweep.of(link).live().size());
      assertEquals(1, Sweep.of(parent.resolve("../shm")).live().size());
      assertEquals("removed 0 live 1 foreign 0", sweepFromOutside(parent));
      assertTrue(Files.isDirectory(run.path()));
    }
  }

  @Test
  void followsNoSymbolicLink() throws IOException {
    Path precious = Files.createDirectory(directory.resolve("precious"));
    Files.writeString(precious.resolve("file"), "kept");
    Path link = Files.createSymbolicLink(parent.resolve("parallel-saver-1-link"), precious);
    Path dead = run("dead");
    Files.writeString(dead.resolve("lock"), "");
    Files.createSymbolicLink(dead.resolve("inside"), precious);
    Path swapped = run("swapped");
    Files.createSymbolicLink(swapped.resolve("lock"), precious.resolve("file"));

    Sweep sweep = Sweep.of(parent);

    assertEquals(List.of(dead), sweep.removed());
    assertEquals(Set.of(link), Set.copyOf(sweep.foreign()));
    assertEquals("kept", Files.readString(precious.resolve("file")));
    assertTrue(Files.exists(link, LinkOption.NOFOLLOW_LINKS));
    assertTrue(Files.exists(swapped), "what cannot be judged stays");
  }

  @Test
  void removesOnlyLitterThatCarriesTheRunsName() throws IOException {
    Path other = Files.writeString(targets.resolve("somebody-elses.npz"), "kept");
    Path ours = Files.writeString(targets.resolve(".parallel-saver-1-dead-2.unfinished"), "half");
    Path dead = run("dead");
    Files.writeString(dead.resolve("lock"), "");
    Path litter = Files.createDirectory(dead.resolve("litter"));
    Files.writeString(litter.resolve("1"), other.toString());
    Files.writeString(litter.resolve("2"), ours.toString());
    // A note cut off in the writing. All paths here are in the test's own directory: should the
    // check break, no more is lost.
    Files.writeString(litter.resolve("3"), targets.toString());
    Files.writeString(
        litter.resolve("4"),
        directory.resolve("gone/.parallel-saver-1-dead-4.unfinished").toString());

    assertEquals(List.of(dead), Sweep.of(parent).removed());
    assertTrue(Files.exists(other));
    assertFalse(Files.exists(ours));
  }

  @Test
  void removesABirthThatFailedButNotOneUnderWay() throws IOException {
    Path young = run("young");
    Path old = run("old");
    age(young, Duration.ofSeconds(10));
    age(old, Duration.ofSeconds(60));
    assertEquals(new Sweep(List.of(old), List.of(young), List.of()), Sweep.of(parent));
  }

  @Test
  void leavesEverythingElseAlone() throws IOException {
    Files.writeString(parent.resolve("parallel-saver-file"), "a file");
    Files.createDirectory(parent.resolve("other"));
    Sweep sweep = Sweep.of(parent);
    assertEquals(List.of(), sweep.removed());
    assertEquals(Set.of("parallel-saver-file", "other"), names(parent));
  }

  @Test
  void sweepsAfterTwoDeathsAtOnce() throws IOException {
    try (ChildProcess one = owner();
        ChildProcess two = owner();
        ChildProcess three = owner()) {
      one.readLine();
      two.readLine();
      Path live = Path.of(three.readLine());
      one.kill();
      two.kill();
      Sweep sweep = Sweep.of(parent);
      assertEquals(2, sweep.removed().size());
      assertEquals(List.of(live), sweep.live());
      assertEquals(2, names(targets).size());
      three.closeInput();
      three.finish();
    }
  }

  /** What another user has planted: nothing in it is looked at, and nothing it names is touched. */
  @Test
  void looksIntoNothingThatIsNotAClosedDirectoryOfThisUser() throws IOException {
    Path victim = Files.writeString(targets.resolve(".parallel-saver-1-x-1.unfinished"), "kept");
    List<Path> planted = new ArrayList<>();
    for (String mode : List.of("rwxrwxrwx", "rwxr-xr-x", "rwx--x---", "rwx-----x", "r-x------")) {
      planted.add(plant(run(mode), victim, mode));
    }
    if (isRoot()) {
      Path theirs = plant(run("theirs"), victim, "rwx------");
      Files.setAttribute(theirs, "unix:uid", 12345);
      planted.add(theirs);
    }
    Path link = parent.resolve("parallel-saver-1-link");
    planted.add(
        Files.createSymbolicLink(link, plant(directory.resolve("dead"), victim, "rwx------")));

    Sweep sweep = Sweep.of(parent);

    assertEquals(List.of(), sweep.removed());
    assertEquals(Set.copyOf(planted), Set.copyOf(sweep.foreign()));
    assertEquals("kept", Files.readString(victim));
    assertTrue(Files.exists(directory.resolve("dead/lock")));
  }

  private static Path plant(Path run, Path victim, String mode) throws IOException {
    Files.createDirectories(run.resolve("litter"));
    Files.writeString(run.resolve("lock"), "");
    Files.writeString(run.resolve("litter/1"), victim.toString());
    Files.setPosixFilePermissions(run, PosixFilePermissions.fromString(mode));
    return run;
  }

  /** Only root can give files away; tests run as root where it matters that none is left out. */
  private static boolean isRoot() throws IOException {
    boolean root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    assertTrue(root || System.getenv("CI") == null, "run this as root");
    return root;
  }

  /** In a folder that others can write to, they can put something of theirs where a dead run's file was. */
  @Test
  void removesNoUnfinishedFileOfAnotherUser() throws IOException {
    Path precious = Files.createDirectory(directory.resolve("precious"));
    Files.writeString(precious.resolve("file"), "kept");
    Path dead = run("dead");
    Files.writeString(dead.resolve("lock"), "");
    Path litter = Files.createDirectory(dead.resolve("litter"));
    String name = ".parallel-saver-1-dead-";
    Path link = Files.createSymbolicLink(targets.resolve(name + "1.unfinished"), precious);
    Path theirs = Files.writeString(targets.resolve(name + "2.unfinished"), "kept");
    if (isRoot()) {
      Files.setAttribute(theirs, "unix:uid", 12345);
    } else {
      Files.delete(theirs);
    }
    Files.writeString(litter.resolve("1"), link.toString());
    Files.writeString(litter.resolve("2"), theirs.toString());
    Files.writeString(litter.resolve("3"), precious.toString());
    // Of another call, and of another run.
    Path other = Files.writeString(targets.resolve(name + "9.unfinished"), "kept");
    Files.writeString(litter.resolve("4"), other.toString());
    Path another =
        Files.writeString(targets.resolve(".parallel-saver-1-deed-5.unfinished"), "kept");
    Files.writeString(litter.resolve("5"), another.toString());

    assertEquals(List.of(dead), Sweep.of(parent).removed());
    assertFalse(Files.exists(link, LinkOption.NOFOLLOW_LINKS), "the link itself was ours");
    assertEquals("kept", Files.readString(precious.resolve("file")));
    assertEquals("kept", Files.readString(other));
    assertEquals("kept", Files.readString(another));
    assertTrue(!isRoot() || Files.exists(theirs));
  }

  /** A directory as a dead run leaves it, but for what somebody has put in place of its notes. */
  @Test
  void followsNoLinkToNotes() throws IOException {
    Path victim = Files.writeString(targets.resolve(".parallel-saver-1-dead-1.unfinished"), "kept");
    Path notes = Files.createDirectory(directory.resolve("notes"));
    Files.writeString(notes.resolve("1"), victim.toString());
    Path dead = run("dead");
    Files.writeString(dead.resolve("lock"), "");
    Files.createSymbolicLink(dead.resolve("litter"), notes);
    assertEquals(List.of(), Sweep.of(parent).removed());
    assertEquals("kept", Files.readString(victim));
  }

  /** A sweep that comes no further leaves the lock, so that the next one knows at once that the run is dead; in whatever order it goes. */
  @RequiresMount
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void removesTheLockLast(boolean lockIsNewer) throws IOException {
    // Memory lists first what was made last.
    try (Mounted memory = Mounted.tmpfs(directory.resolve("memory"), 1 << 20)) {
      Path dead = memory.path().resolve("parallel-saver-1-dead");
      PrivateFile.createDirectory(dead);
      if (!lockIsNewer) {
        Files.writeString(dead.resolve("lock"), "");
      }
      try (Mounted stays = Mounted.tmpfs(dead.resolve("stays"), 1 << 20)) {
        assertEquals(Set.of(), names(stays.path()));
        if (lockIsNewer) {
          Files.writeString(dead.resolve("lock"), "");
        }
        for (int i = 0; i < 2; i++) {
          assertEquals(List.of(), Sweep.of(memory.path()).removed());
          assertEquals(Set.of("stays", "lock"), names(dead));
        }
      }
      assertEquals(List.of(dead), Sweep.of(memory.path()).removed());
      assertEquals(Set.of(), names(memory.path()));
    }
  }

  /** Folders that were made for what is unfinished go with it, but only if they are empty, and around it. */
  @Test
  void removesNewFoldersThatAreEmpty() throws IOException {
    Path dead = run("dead");
    Files.writeString(dead.resolve("lock"), "");
    Path litter = Files.createDirectory(dead.resolve("litter"));
    String name = ".parallel-saver-1-dead-";
    Path empty = Files.createDirectories(targets.resolve("empty/deep"));
    Path used = Files.createDirectories(targets.resolve("used/deep"));
    Path elsewhere = Files.createDirectory(targets.resolve("elsewhere"));
    Path cut = Files.createDirectory(targets.resolve("cut"));
    Files.writeString(used.resolve("other"), "kept");
    for (Path each : List.of(empty, used, cut)) {
      Files.writeString(each.resolve(name + "1.unfinished"), "half");
    }
    note(litter, 1, empty.resolve(name + "1.unfinished"), empty.getParent(), empty, elsewhere);
    Files.move(used.resolve(name + "1.unfinished"), used.resolve(name + "2.unfinished"));
    note(litter, 2, used.resolve(name + "2.unfinished"), used.getParent(), used);
    Files.move(cut.resolve(name + "1.unfinished"), cut.resolve(name + "3.unfinished"));
    Files.writeString(litter.resolve("3"), cut.resolve(name + "3.unfinished") + "\0" + cut);

    assertEquals(List.of(dead), Sweep.of(parent).removed());
    assertEquals(Set.of("used", "elsewhere", "cut"), names(targets));
    assertEquals(Set.of("other"), names(used));
    assertEquals(Set.of(), names(cut));
  }

  private static void note(Path litter, int call, Path unfinished, Path... folders)
      throws IOException {
    Files.writeString(
        litter.resolve("" + call), new Unfinished(unfinished, List.of(folders)).note());
  }
}

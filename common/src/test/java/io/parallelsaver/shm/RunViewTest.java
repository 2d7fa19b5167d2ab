package io.parallelsaver.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.testing.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunViewTest {
  @TempDir
  Path directory;

  private Path parent;

  @BeforeEach
  void createParent() throws IOException {
    parent = Files.createDirectory(directory.resolve("shm"));
  }

  /** A directory as a dead run leaves it. */
  private Path dead(String name) throws IOException {
    Path run = parent.resolve("parallel-saver-77-" + name);
    PrivateFile.createDirectory(run);
    PrivateFile.create(run.resolve(RunDirectory.LOCK)).close();
    return run;
  }

  private RunView only() throws IOException {
    List<RunView> views = RunView.all(parent, false);
    assertEquals(1, views.size(), views::toString);
    return views.get(0);
  }

  @Test
  void seesAnotherProcessLiveAndDead() throws IOException {
    try (ChildProcess owner =
        ChildProcess.jvm(RunOwner.class, parent.toString(), directory.toString())) {
      Path run = Path.of(owner.readLine());
      RunView live = only();
      assertTrue(live.live());
      assertEquals(owner.pid(), live.pid());
      assertEquals(System.getProperty("user.name"), live.user());
      // It is looked at from several sides at once, and what looks does not end it.
      assertTrue(only().live());
      assertEquals(live, RunView.of(run).orElseThrow());
      owner.kill();
      assertFalse(only().live());
      assertEquals(run, only().path());
    }
  }

  @Test
  void lookingAtAnOwnRunLeavesItsLockAlone() throws IOException {
    try (RunDirectory run = RunDirectory.create(parent)) {
      RunStatus.create(run.status(), 3).look(2, 1);
      WorkerTable table = WorkerTable.create(run.workerTable(), 4);
      table.assign(1, 7);
      table.ready(1, 4711);
      table.busy(1, 5, 13);
      table.assign(2, 8);
      RunView view = only();
      assertTrue(view.live());
      assertEquals(2, view.status().orElseThrow().jobsOut());
      assertEquals(
          List.of(
              new WorkerRow(1, 7, 4711, true, false, 5, 13, 0, 0),
              new WorkerRow(2, 8, 0, false, false, 0, 0, 0, 0)),
          view.workers());
      assertEquals(WorkerRow.State.BUSY, view.workers().get(0).state());
      assertEquals(WorkerRow.State.STARTING, view.workers().get(1).state());
      table.idle(1, 1, 100);
      assertEquals(WorkerRow.State.IDLE, only().workers().get(0).state());
      table.asleep(1);
      assertEquals(WorkerRow.State.ASLEEP, only().workers().get(0).state());
      try (ChildProcess sweep = ChildProcess.jvm(SweepProcess.class, parent.toString())) {
        String seen = String.join("\n", sweep.finish());
        assertTrue(seen.contains("removed 0 live 1"), seen);
      }
    }
    assertEquals(List.of(), RunView.all(parent, false));
  }

  @Test
  void saysWhatIsMissing() throws IOException {
    Path run = dead("0a");
    assertEquals("there is no status file", only().problem());
    assertEquals(Optional.empty(), only().status());
    assertEquals(List.of(), only().workers());
    Files.write(run.resolve(RunDirectory.STATUS), new byte[10]);
    assertTrue(only().problem().contains("cut off"), only().problem());
    Files.write(run.resolve(RunDirectory.WORKERS), new byte[100]);
    assertEquals(List.of(), only().workers());
  }

  @Test
  void leavesAloneWhatNoRunHasMade() throws IOException {
    Path secret = Files.write(directory.resolve("secret"), new byte[RunStatus.SIZE]);
    Path elsewhere = dead("0b");
    Files.createSymbolicLink(elsewhere.resolve(RunDirectory.STATUS), secret);
    assertTrue(only().problem().contains("is no file"), only().problem());
    Files.createSymbolicLink(parent.resolve("parallel-saver-77-0c"), elsewhere);
    Files.writeString(parent.resolve("parallel-saver-77-0d"), "a file");
    Path open = dead("0e");
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertEquals(elsewhere, only().path());
    assertEquals(Optional.empty(), RunView.of(parent.resolve("parallel-saver-77-0c")));
    assertEquals(Optional.empty(), RunView.of(parent.resolve("parallel-saver-77-0d")));
    assertEquals(Optional.empty(), RunView.of(parent.resolve("parallel-saver-77-0f")));
    assertEquals(Optional.empty(), RunView.of(directory));
    assertEquals(Optional.empty(), RunView.of(Path.of("/")));
  }
}

package io.parallelsaver.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.error.SaverException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {
  @TempDir
  Path parent;

  @Test
  void isForItsOwnerOnlyAndSaysWhoThatIs() throws IOException {
    try (RunDirectory run = RunDirectory.create(parent)) {
      long pid = ProcessHandle.current().pid();
      assertEquals(
          "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(run.path())));
      assertTrue(
          run.path().getFileName().toString().matches("parallel-saver-" + pid + "-[0-9a-f]{16}"));
      assertEquals(Long.toString(pid), Files.readString(run.path().resolve("owner")));
    }
  }

  @Test
  void hasAnotherNameEachTime() {
    try (RunDirectory one = RunDirectory.create(parent);
        RunDirectory two = RunDirectory.create(parent)) {
      assertNotEquals(one.path(), two.path());
    }
  }

  @Test
  void showsWorkersTheSamePaths() {
    try (RunDirectory run = RunDirectory.create(parent)) {
      assertEquals(run.jobs(), RunDirectory.jobs(run.path()));
      assertEquals(run.arena(), RunDirectory.arena(run.path()));
      assertEquals(run.workerTable(), RunDirectory.workerTable(run.path()));
      assertEquals(run.receipts(3), RunDirectory.receipts(run.path(), 3));
      assertNotEquals(run.receipts(3), run.receipts(4));
    }
  }

  @Test
  void goesAwayWithAllThatIsInIt() throws IOException {
    Path outside = Files.writeString(parent.resolve("outside"), "kept");
    RunDirectory run = RunDirectory.create(parent);
    Files.createDirectories(run.jobs().resolve("deep/deeper"));
    Files.writeString(run.jobs().resolve("deep/deeper/file"), "x");
    Files.createSymbolicLink(run.path().resolve("link"), outside);
    run.close();
    assertFalse(Files.exists(run.path()));
    assertEquals("kept", Files.readString(outside));
    run.close();
  }

  @Test
  void notesLitterUntilItIsForgotten() throws IOException {
    try (RunDirectory run = RunDirectory.create(parent)) {
      Path note = run.path().resolve("litter/7");
      Path unfinished = Path.of("relative.npz");
      run.noteAndMake(7, unfinished, List.of(), () -> {
        assertEquals(unfinished.toAbsolutePath() + "\0", Files.readString(note));
        return null;
      });
      run.forgetLitter(7);
      run.forgetLitter(7);
      assertFalse(Files.exists(note));
    }
  }

  @Test
  void saysWhenThereIsNoSharedMemory() {
    Path nowhere = parent.resolve("nowhere");
    SaverException refusal = assertThrows(SaverException.class, () -> RunDirectory.create(nowhere));
    assertTrue(
        refusal.getMessage().contains("there is no directory " + nowhere), refusal.getMessage());
  }
}

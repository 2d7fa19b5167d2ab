package io.parallelsaver.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.parallelsaver.error.SaverException;
import io.parallelsaver.shm.RunDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who can read what is being written, and what somebody has put in its way. */
class OutputPermissionsTest {
  @TempDir
  Path directory;

  private RunDirectory run;
  private Path target;

  @BeforeEach
  void begin() {
    run = RunDirectory.create(directory);
    target = directory.resolve("target.npz");
  }

  @AfterEach
  void end() {
    run.close();
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private OutputFile prepare() {
    return OutputFile.prepare(run, 1, target, 100, Durability.NONE);
  }

  @Test
  void isNeverOpenToMoreThanWhatItReplaces() throws IOException {
    for (String mode : new String[] {"rw-------", "rw-r-----", "r--------", "rwxr-xr-x"}) {
      Files.deleteIfExists(target);
      Files.setPosixFilePermissions(
          Files.createFile(target), PosixFilePermissions.fromString(mode));
      OutputFile file = prepare();
      String meanwhile = mode(file.path());
      for (int i = 2; i < 9; i++) {
        assertEquals(
            true, meanwhile.charAt(i) == '-' || meanwhile.charAt(i) == mode.charAt(i), meanwhile);
      }
      assertEquals("rw", meanwhile.substring(0, 2), "workers must open it");
      file.finish(ByteBuffer.allocate(0), 0);
      assertEquals(mode, mode(target));
    }
  }

  @Test
  void isAsOpenAsAnyNewFileWhenItReplacesNone() throws IOException {
    String ordinary = mode(Files.createFile(directory.resolve("ordinary")));
    OutputFile file = prepare();
    assertEquals(ordinary, mode(file.path()));
    file.finish(ByteBuffer.allocate(0), 0);
    assertEquals(ordinary, mode(target));
  }

  @Test
  void followsNoLinkInItsWay() throws IOException {
    Path victim = Files.writeString(directory.resolve("victim"), "kept");
    Files.createSymbolicLink(run.unfinished(1, target), victim);
    assertThrows(SaverException.class, this::prepare);
    assertEquals("kept", Files.readString(victim));

    Path folder = Files.createDirectory(directory.resolve("folder"));
    Files.writeString(folder.resolve("file"), "kept");
    Files.createSymbolicLink(run.unfinished(2, target), folder);
    assertThrows(SaverException.class, () -> OutputDirectory.prepare(run, 2, directory));
    assertEquals("kept", Files.readString(folder.resolve("file")));
  }

  @Test
  void anUnfinishedFolderIsClosedToOthers() throws IOException {
    Path out = directory.resolve("out");
    OutputDirectory.prepare(run, 3, out).rollback(new IllegalStateException());
    OutputDirectory output = OutputDirectory.prepare(run, 4, Files.createDirectory(out));
    assertEquals("rwx------", mode(output.unfinished(0).getParent()));
    output.rollback(new IllegalStateException());
  }
}

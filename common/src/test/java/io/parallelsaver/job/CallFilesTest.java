package io.parallelsaver.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.parallelsaver.error.SaverException;
import io.parallelsaver.job.JobFile.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CallFilesTest {
  @TempDir
  Path directory;

  /** More paths than one buffer holds, in all lengths, and with characters of more than a byte. */
  @Test
  void findsEachOfManyAgain() throws IOException {
    Path plan = directory.resolve("call-1");
    CallFiles files = new CallFiles();
    int count = 20_000;
    for (int i = 0; i < count; i++) {
      assertEquals(i, files.write(Mode.values()[1 + i % 3], name(i), 3L * i));
    }
    int last = files.read(name(count), 1L << 40, 5);
    files.store(plan);
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(plan)));
    for (int i = 0; i < count; i += 7) {
      JobFile expected = new JobFile(Mode.values()[1 + i % 3], name(i).toString(), 0, 3L * i);
      assertEquals(expected, files.get(i));
      assertEquals(expected, CallFiles.load(plan, i));
    }
    assertEquals(
        new JobFile(Mode.READ, name(count).toString(), 1L << 40, (1L << 40) + 5),
        CallFiles.load(plan, last));
    for (int wrong : new int[] {-1, -2, count + 1, Integer.MAX_VALUE}) {
      assertThrows(RefusedException.class, () -> CallFiles.load(plan, wrong));
      assertThrows(RefusedException.class, () -> files.get(wrong));
    }
  }

  private static Path name(int number) {
    return Path.of("/data/\u00e4\u6e29".repeat(number % 40 + 1) + number);
  }

  @Test
  void aFileThatIsReadTwiceHasOneNumberAndAllBytesFromTheFirstToTheLast() throws IOException {
    CallFiles files = new CallFiles();
    Path source = Path.of("/source");
    assertEquals(0, files.read(source, 100, 10));
    assertEquals(0, files.read(Path.of("/source"), 50, 10));
    assertEquals(0, files.read(source, 200, 1));
    assertEquals(0, files.read(source, 60, 1));
    assertEquals(new JobFile(Mode.READ, "/source", 50, 201), files.get(0));
    assertEquals(0, files.source(source));
  }

  @Test
  void takesNoFilePlantedInItsPlace() throws IOException {
    Path victim = Files.writeString(directory.resolve("victim"), "kept");
    Path plan = Files.createSymbolicLink(directory.resolve("call-2"), victim);
    assertThrows(SaverException.class, () -> new CallFiles().store(plan));
    assertEquals("kept", Files.readString(victim));
  }
}

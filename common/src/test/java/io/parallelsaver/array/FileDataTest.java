package io.parallelsaver.array;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDataTest extends ArrayDataContract {
  @TempDir
  Path directory;

  @Override
  List<Case> cases() throws IOException {
    Path file = Files.write(directory.resolve("bytes"), new byte[] {0, 1, 2, 3, 4, 5, 6, 7});
    return List.of(
        new Case("middle", new FileData(new Region(file, 2, 5)), new byte[] {2, 3, 4, 5, 6}),
        new Case("all", new FileData(new Region(file, 0, 8)), new byte[] {0, 1, 2, 3, 4, 5, 6, 7}),
        new Case("end", new FileData(new Region(file, 8, 0)), new byte[0]));
  }

  @Test
  void saysWhereItsBytesAre() {
    Region region = new Region(Path.of("a"), 5, 7);
    assertEquals(Optional.of(region), new FileData(region).region());
    assertEquals(12, region.end());
  }

  @Test
  void saysWhenTheFileIsShorter() throws IOException {
    Path file = Files.write(directory.resolve("short"), new byte[10]);
    FileData data = new FileData(new Region(file, 4, 8));
    UncheckedIOException failure =
        assertThrows(UncheckedIOException.class, () -> data.read(5, ByteBuffer.allocate(3)));
    assertInstanceOf(EOFException.class, failure.getCause());
    assertTrue(
        failure.getMessage().contains(file + " ends at 10, expected it to reach 12"),
        failure.getMessage());
  }

  @Test
  void saysWhenTheFileIsGone() {
    FileData data = new FileData(new Region(directory.resolve("gone"), 0, 1));
    UncheckedIOException failure =
        assertThrows(UncheckedIOException.class, () -> data.read(0, ByteBuffer.allocate(1)));
    assertInstanceOf(NoSuchFileException.class, failure.getCause());
  }

  @Test
  void refusesRegionsOutsideAnyFile() {
    Path file = directory.resolve("any");
    for (long[] range : new long[][] {{-1, 1}, {0, -1}, {Long.MAX_VALUE, 1}}) {
      assertThrows(IllegalArgumentException.class, () -> new Region(file, range[0], range[1]));
    }
  }
}

package io.parallelsaver.array;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
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
    Path gone = directory.resolve("gone");
    FileData data = new FileData(new Region(gone, 0, 1));
    UncheckedIOException failure =
        assertThrows(UncheckedIOException.class, () -> data.read(0, ByteBuffer.allocate(1)));
    assertInstanceOf(NoSuchFileException.class, failure.getCause().getCause());
    assertTrue(failure.getMessage().contains(gone + ": No such file"), failure.getMessage());
  }

  @Test
  void refusesRegionsOutsideAnyFile() {
    Path file = directory.resolve("any");
    for (long[] range : new long[][] {{-1, 1}, {0, -1}, {Long.MAX_VALUE, 1}}) {
      assertThrows(IllegalArgumentException.class, () -> new Region(file, range[0], range[1]));
    }
  }

  /** A sparse file: what lies about the borders of the mapped segments is told apart by marks. */
  @Test
  void seesRegionsAcrossSegmentsOfAMapping() throws IOException {
    Path file = directory.resolve("large");
    long border = 1L << 30;
    try (FileChannel channel = FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
      for (long at : new long[] {border - 2, 2 * border - 2, 3 * border + 6}) {
        channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}), at);
      }
      MappedFile mapped;
      try (FileChannel opened = FileChannel.open(file, StandardOpenOption.READ)) {
        mapped = MappedFile.of(file, opened);
        assertBytes(mapped, border - 2, new byte[] {1, 2, 3, 4}, 1);
        assertBytes(mapped, border, new byte[] {3, 4}, 1);
        assertBytes(mapped, border - 2, new byte[] {1, 2}, 1);
        FileData most = data(mapped, 100, 3 * border - 100);
        assertEquals(3, most.buffers().size());
        ByteBuffer middle = ByteBuffer.allocate(8);
        most.read(2 * border - 104, middle);
        assertArrayEquals(new byte[] {0, 0, 1, 2, 3, 4, 0, 0}, middle.array());
      }
      Files.delete(file);
      assertBytes(mapped, 2 * border, new byte[] {3, 4}, 1);
      FileData crossing = data(mapped, 2 * border - 2, 4);
      assertThrows(IllegalStateException.class, () -> crossing.read(0, ByteBuffer.allocate(1)));
    }
  }

  private FileData data(MappedFile mapped, long offset, long length) {
    Region region = new Region(directory.resolve("large"), offset, length);
    return new FileData(region, OptionalInt.empty(), mapped);
  }

  private void assertBytes(MappedFile mapped, long offset, byte[] expected, int pieces) {
    FileData data = data(mapped, offset, expected.length);
    ByteBuffer read = ByteBuffer.allocate(expected.length);
    data.read(0, read);
    assertArrayEquals(expected, read.array());
    assertEquals(pieces, data.buffers().size());
    assertTrue(data.buffers().get(0).isReadOnly());
  }

  @Test
  void slicesAreRegionsToo() throws IOException {
    Path file = Files.write(directory.resolve("eight"), new byte[] {0, 1, 2, 3, 4, 5, 6, 7});
    FileData data = new FileData(new Region(file, 2, 5), OptionalInt.of(7), MappedFile.of(file));
    ArrayData part = data.slice(1, 3);
    assertEquals(Optional.of(new Region(file, 3, 3)), part.region());
    assertEquals(OptionalInt.of(7), data.crc());
    assertEquals(OptionalInt.empty(), part.crc());
    assertThrows(IndexOutOfBoundsException.class, () -> data.slice(3, 3));
  }
}

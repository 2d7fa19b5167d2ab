package io.parallelsaver.pickle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.array.Region;
import io.parallelsaver.error.CorruptException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Latin1DataTest {
  private static final long SEED = 4711;
  private static final int BEFORE = 13;

  @TempDir
  Path directory;

  private Latin1Data data(byte[] encoded, long length) throws IOException {
    byte[] content = new byte[BEFORE + encoded.length + 9];
    Arrays.fill(content, (byte) 0xC2);
    System.arraycopy(encoded, 0, content, BEFORE, encoded.length);
    Path file = Files.write(directory.resolve("characters"), content);
    try (FileChannel channel = FileChannel.open(file)) {
      return Latin1Data.of(new Region(file, BEFORE, encoded.length), channel, length);
    }
  }

  private static byte[] encoded(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1).getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void readsAnyRange() throws IOException {
    Random random = new Random(SEED);
    int[] borders = {0, 1, 65_535, 65_536, 1 << 20, (1 << 20) - 1, (1 << 20) + 1, 3 << 20};
    for (int length : new int[] {0, 1, 1 << 20, (1 << 20) - 1, (3 << 20) + 5}) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      Latin1Data data = data(encoded(bytes), length);
      for (int from : borders) {
        for (int to : borders) {
          if (from <= to && to <= length) {
            ByteBuffer read = ByteBuffer.allocate(to - from);
            data.read(from, read);
            assertArrayEquals(Arrays.copyOfRange(bytes, from, to), read.array(), "seed " + SEED);
          }
        }
      }
      assertThrows(
          IndexOutOfBoundsException.class, () -> data.read(length, ByteBuffer.allocate(1)));
    }
  }

  @Test
  void refusesWhatIsMoreOrLessOrNoCharacters() throws IOException {
    byte[] five = encoded(new byte[] {1, -1, 3, -128, 5});
    data(five, 5);
    for (long length : new long[] {4, 6, 0, 5_000_000}) {
      assertCorrupt(five, length);
    }
    assertCorrupt(Arrays.copyOf(five, five.length - 2), 4);
    assertCorrupt(new byte[] {'a', (byte) 0xC4, (byte) 0x80}, 2);
    assertCorrupt(new byte[] {(byte) 0x80}, 1);
  }

  private void assertCorrupt(byte[] encoded, long length) {
    String message =
        assertThrows(CorruptException.class, () -> data(encoded, length)).getMessage();
    assertTrue(message.startsWith(directory.resolve("characters") + ": "), message);
  }
}

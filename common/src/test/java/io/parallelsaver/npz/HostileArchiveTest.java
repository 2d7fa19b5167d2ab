package io.parallelsaver.npz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.InputException;
import io.parallelsaver.testing.Archive;
import io.parallelsaver.testing.Golden;
import io.parallelsaver.testing.SparseFile;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives that are cut off, changed, or made to do harm. */
class HostileArchiveTest {
  private static final long SEED = Long.getLong("test.seed", System.nanoTime());

  @TempDir
  Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mixed.npz",
        "compressed.npz",
        "unseekable.npz",
        "unseekable-compressed.npz",
        "unicode-keys.npz",
        "nothing.npz",
        "empty-arrays.npz"
      })
  void refusesAnArchiveThatIsCutOff(String name) throws IOException {
    Path file = Golden.copy(name, directory);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (long length = channel.size() - 1; length >= 0; length--) {
        channel.truncate(length);
        assertThrows(InputException.class, () -> Archive.read(file), "cut off at " + length);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"mixed.npz", "compressed.npz", "unseekable-compressed.npz", "structured.npz"})
  void answersAnyChangedByteWithAnArchiveOrARefusal(String name) throws IOException {
    Random random = new Random(SEED);
    byte[] bytes = Golden.bytes(name);
    Path file = Golden.copy(name, directory);
    int refused = 0;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (int i = 0; i < 4000; i++) {
        int at = random.nextInt(bytes.length);
        byte changed = (byte) random.nextInt(256);
        channel.write(ByteBuffer.wrap(new byte[] {changed}), at);
        try {
          Archive.read(file);
        } catch (InputException e) {
          refused++;
        } catch (RuntimeException | Error e) {
          fail("byte " + at + " of " + name + " as " + changed + ", seed " + SEED, e);
        }
        channel.write(ByteBuffer.wrap(bytes, at, 1), at);
      }
    }
    assertTrue(refused > 400, "only " + refused + " refused, seed " + SEED);
  }

  @Test
  void refusesMembersThatOverlap() {
    Forged same = Forged.golden("mixed.npz");
    assertCorrupt("'named.npy' and 'arr_0.npy' overlap", same.central(1, 42, 4, same.localAt(0)));
    Forged longer = Forged.golden("mixed.npz");
    assertCorrupt(
        "'named.npy' and 'arr_0.npy' overlap",
        longer.central(0, 20, 4, 400).central(0, 24, 4, 400));
    assertCorrupt(
        "'named.npy' and 'arr_0.npy' overlap", Forged.golden("mixed.npz").local(0, 28, 2, 21));
    assertCorrupt(
        "'named.npy' and 'arr_0.npy' overlap", Forged.golden("mixed.npz").local(0, 26, 2, 10));
  }

  @Test
  void refusesMembersOutsideTheFile() {
    for (long size : new long[] {5000, 0x7FFFFFFFL, 0xFFFFFFFEL, 0xFFFFFFFFL}) {
      assertCorrupt(
          "lies outside the file",
          Forged.golden("mixed.npz").central(2, 20, 4, size).central(2, 24, 4, size));
    }
    for (long offset : new long[] {5000, 0xFFFFFFFEL, 0xFFFFFFFFL}) {
      assertCorrupt("lies outside the file", Forged.golden("mixed.npz").central(2, 42, 4, offset));
    }
    assertCorrupt(
        "reaches beyond the end of the file",
        Forged.golden("positional.npz").local(2, 28, 2, 60_000));
    assertCorrupt("no local header", Forged.golden("mixed.npz").local(1, 0, 4, 0));
    Forged beside = Forged.golden("mixed.npz");
    assertCorrupt("no local header", beside.central(1, 42, 4, beside.localAt(1) + 1));
  }

  @Test
  void refusesADirectoryThatCountsWrong() {
    assertCorrupt("cannot hold 60000 entries", Forged.golden("mixed.npz").end(10, 2, 60_000));
    assertCorrupt("holds more than the 2 entries", Forged.golden("mixed.npz").end(10, 2, 2));
    assertCorrupt("does not fit", Forged.golden("mixed.npz").end(12, 4, 0x7FFFFFFF));
    assertCorrupt("does not fit", Forged.golden("mixed.npz").end(16, 4, 0x7FFFFFFF));
    assertCorrupt("no central directory entry", Forged.golden("mixed.npz").central(1, 0, 4, 0));
    assertCorrupt("is cut off", Forged.golden("mixed.npz").central(2, 28, 2, 0xFFFF));
    assertCorrupt("is cut off", Forged.golden("mixed.npz").central(2, 30, 2, 0xFFFF));
    assertCorrupt("is cut off", Forged.golden("mixed.npz").central(2, 32, 2, 0xFFFF));
  }

  @Test
  void refusesZip64RecordsThatLie() {
    Forged golden = Forged.golden("mixed.npz");
    int offset = golden.directoryAt();
    int end = golden.endAt();
    int size = end - offset;
    assertCorrupt(
        "cannot hold", Forged.golden("mixed.npz").zip64(Long.MAX_VALUE, size, offset, end));
    assertCorrupt("cannot hold", Forged.golden("mixed.npz").zip64(-1, size, offset, end));
    assertCorrupt("does not fit", Forged.golden("mixed.npz").zip64(3, Long.MAX_VALUE, offset, end));
    assertCorrupt("does not fit", Forged.golden("mixed.npz").zip64(3, -1, offset, end));
    assertCorrupt("does not fit", Forged.golden("mixed.npz").zip64(3, Long.MIN_VALUE, offset, end));
    assertCorrupt("does not fit", Forged.golden("mixed.npz").zip64(3, size, Long.MAX_VALUE, end));
    assertCorrupt("does not fit", Forged.golden("mixed.npz").zip64(3, size, -1, end));
    for (long locator : new long[] {-1, Long.MAX_VALUE, 0}) {
      Forged lost = Forged.golden("mixed.npz").zip64(3, size, offset, locator);
      lost.bytes()[end] = 0;
      assertCorrupt("no zip64 end record", lost);
    }
  }

  @Test
  void refusesWhatIsEncrypted() {
    assertCorrupt("'arr_0.npy' is encrypted", Forged.golden("mixed.npz").central(1, 8, 2, 1));
  }

  @Test
  void refusesOtherWaysOfCompression() {
    InputException refusal = assertThrows(
        InputException.class,
        () -> Forged.golden("mixed.npz").central(1, 10, 2, 14).read(directory));
    assertFalse(refusal instanceof CorruptException);
    assertTrue(
        refusal.getMessage().contains("'arr_0.npy' is compressed with ZIP method 14"),
        refusal.getMessage());
  }

  @Test
  void refusesSizesThatCannotBe() {
    assertCorrupt(
        "cannot inflate to 2147483632",
        Forged.golden("compressed.npz").central(0, 24, 4, 0x7FFFFFF0));
    assertCorrupt(
        "takes 16128 bytes with its header, found 16000",
        Forged.golden("compressed.npz").central(0, 24, 4, 16000));
    assertCorrupt("has two sizes", Forged.golden("mixed.npz").central(0, 24, 4, 151));
    assertCorrupt(
        "takes 160 bytes with its header, found 152",
        Forged.golden("mixed.npz").text("'shape': (2, 3)", "'shape': (2, 4)"));
  }

  @Test
  void refusesDeflatedDataThatIsNone() {
    Forged forged = Forged.golden("compressed.npz");
    int data = ZipRecord.LOCAL_SIZE + "ones.npy".length() + 20;
    assertCorrupt("'ones.npy'", forged.local(0, data, 8, -1));
  }

  @Test
  void refusesShapesThatOverflow() {
    Forged forged = Forged.golden("mixed.npz");
    String shape = "'shape': (2, 3), }" + " ".repeat(40);
    String absurd = "'shape': (4611686018427387904, 4611686018427387904), }";
    assertCorrupt(
        "larger than 2^63-1 bytes",
        forged.text(shape, absurd + " ".repeat(shape.length() - absurd.length())));
  }

  @Test
  void refusesHeadersThatAreNone() {
    assertCorrupt(
        "'named.npy'", Forged.golden("mixed.npz").text("'shape': (2, 3)", "'shape': (2, x)"));
    assertCorrupt(
        "unknown .npy version", Forged.golden("mixed.npz").text("NUMPY\u0001", "NUMPY\u0007"));
    assertCorrupt(
        "cut off", Forged.golden("mixed.npz").text("NUMPY\u0001\0v", "NUMPY\u0001\0\u00ff"));
  }

  @Test
  void refusesMembersThatHaveTwoNames() {
    String message = "its local header and the directory name it differently";
    assertCorrupt(message, Forged.golden("mixed.npz").central(1, 46, 1, 'b'));
    assertCorrupt(message, Forged.golden("mixed.npz").local(1, 30, 1, 'b'));
    assertCorrupt(message, Forged.golden("mixed.npz").local(1, 26, 2, 8));
    // What a name's bytes mean depends on the flag, if they are not ASCII.
    assertCorrupt(message, Forged.golden("unicode-keys.npz").central(0, 8, 2, 0));
  }

  @Test
  void refusesADamagedMemberThatNoLongerBeginsAsAnArray() {
    String message = "'named.npy': it does not begin as an array does, and its CRC-32";
    assertCorrupt(message, Forged.golden("mixed.npz").text("NUMPY", "NUMPI"));
    Forged compressed = Forged.golden("unseekable-compressed.npz");
    assertCorrupt(
        "'named.npy'",
        compressed
            .central(0, 16, 4, 0)
            .central(0, 10, 2, 0)
            .central(0, 24, 4, compressed.compressedSize(0)));
  }

  @Test
  void refusesAnAbsurdDirectoryBeforeItIsRead() throws IOException {
    long size = 1L << 30;
    try (SparseFile file = new SparseFile()) {
      ByteBuffer end = ZipRecord.buffer(ZipRecord.END_SIZE).putInt(0, ZipRecord.END);
      end.putShort(10, (short) -1).putInt(12, (int) size).putInt(16, 0);
      file.put(size, end);
      long before = allocated();
      String message =
          assertThrows(InputException.class, () -> Archive.read(file.path())).getMessage();
      assertTrue(
          message.contains("no central directory entry") || message.contains("raise -Xmx"),
          message);
      assertTrue(allocated() - before < 1 << 20, allocated() - before + " bytes allocated");
    }
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }

  @Test
  void saysLittleOfALongName() {
    String name = "n".repeat(60_000);
    String message = assertThrows(
            CorruptException.class,
            () -> Forged.named(name).central(0, 24, 4, 7).read(directory))
        .getMessage();
    assertTrue(message.contains("nnn..."), message);
    assertTrue(message.length() < 600, message);
  }

  @Test
  void takesAMemberWithoutMagicForNoArray() throws IOException {
    Forged forged = Forged.golden("mixed.npz").text("NUMPY", "NUMPI");
    Archive archive = forged.central(0, 16, 4, forged.crc(0)).read(directory);
    assertEquals(List.of("arr_0", "arr_1"), List.copyOf(archive.arrays().keySet()));
    assertEquals(3, archive.members().size());
  }

  private void assertCorrupt(String message, Forged forged) {
    CorruptException refusal = assertThrows(CorruptException.class, () -> forged.read(directory));
    assertTrue(
        refusal.getMessage().contains(message),
        refusal.getMessage() + " should contain: " + message);
    assertTrue(
        refusal.getMessage().startsWith(directory.resolve("forged.npz").toString()),
        refusal.getMessage());
  }
}

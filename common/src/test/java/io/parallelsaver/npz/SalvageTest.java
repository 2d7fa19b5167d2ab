package io.parallelsaver.npz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.npy.NpyHeader;
import io.parallelsaver.npz.Salvage.Found;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a damaged archive. */
class SalvageTest {
  @TempDir
  Path directory;

  /** A member without a byte is whole wherever it lies; but not where a damaged header points to, beyond the end of the file. */
  @Test
  void anEmptyMemberLiesInTheFile() throws IOException {
    Path file = directory.resolve("a.npz");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      ZipEntry empty = new ZipEntry("file.txt");
      empty.setMethod(ZipEntry.STORED);
      empty.setSize(0);
      empty.setCrc(new CRC32().getValue());
      zip.putNextEntry(empty);
      zip.closeEntry();
    }
    long whole = found(file).otherEnd();
    assertEquals(30 + "file.txt".length(), whole);
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(0, (byte) 0);
    bytes.putShort(26, (short) 0xF000);
    Files.write(file, bytes.array());
    Found lost = found(file);
    assertEquals("its local header is lost", lost.note());
    assertTrue(lost.otherEnd() <= Files.size(file), lost.toString());
  }

  private static Found found(Path file) throws IOException {
    try (Salvage salvage = Salvage.open(file, NpyHeader.MAX_LENGTH)) {
      assertEquals(1, salvage.members().size());
      return salvage.members().get(0);
    }
  }
}

package io.parallelsaver.save;

import io.parallelsaver.output.OutputFile;
import io.parallelsaver.save.SavePlan.Placement;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/** Writes the file of a plan in this process: for work that is done sooner than a worker has come up. */
final class LocalWrite {
  private static final int BUFFER = 1 << 20;

  private final OutputFile file;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
  private long written;

  private LocalWrite(OutputFile file) {
    this.file = file;
  }

  /**
   * Writes all placements, the CRC-32 of each that has one included.
   *
   * @return the CRC-32 of each
   * @throws io.parallelsaver.error.CorruptException if one is not what the bytes' source says it should be
   */
  static int[] write(SavePlan plan, OutputFile file) {
    LocalWrite write = new LocalWrite(file);
    int[] crcs = new int[plan.placements().size()];
    for (int i = 0; i < crcs.length; i++) {
      Placement placement = plan.placements().get(i);
      crcs[i] = write.add(placement);
      placement.check(crcs[i]);
    }
    write.flush();
    return crcs;
  }

  private int add(Placement placement) {
    long size = placement.end() - placement.offset();
    if (size > buffer.remaining()) {
      flush();
    }
    // One that is larger than the buffer goes out before its CRC-32 is known.
    boolean late = size > buffer.remaining();
    CRC32 crc = new CRC32();
    byte[] before = placement.before().get();
    put(before);
    crc.update(before, placement.unsummed(), before.length - placement.unsummed());
    for (long at = 0; at < placement.data().length(); ) {
      if (!buffer.hasRemaining()) {
        flush();
      }
      int from = buffer.position();
      int count = (int) Math.min(buffer.remaining(), placement.data().length() - at);
      buffer.limit(from + count);
      placement.data().read(at, buffer);
      crc.update(buffer.array(), from, count);
      buffer.limit(BUFFER);
      at += count;
    }
    put(placement.after());
    stamp(placement, (int) crc.getValue(), late);
    return (int) crc.getValue();
  }

  private void stamp(Placement placement, int crc, boolean late) {
    if (placement.crcOffset() == Placement.NO_CRC) {
      return;
    }
    if (late) {
      flush();
      file.write(
          ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, crc),
          placement.crcOffset());
    } else {
      buffer.putInt((int) (placement.crcOffset() - written), crc);
    }
  }

  private void put(byte[] bytes) {
    for (int at = 0; at < bytes.length; ) {
      if (!buffer.hasRemaining()) {
        flush();
      }
      int count = Math.min(buffer.remaining(), bytes.length - at);
      buffer.put(bytes, at, count);
      at += count;
    }
  }

  private void flush() {
    int count = buffer.flip().remaining();
    file.write(buffer, written);
    written += count;
    buffer.clear();
  }
}

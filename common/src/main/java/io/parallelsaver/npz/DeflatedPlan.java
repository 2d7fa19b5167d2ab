package io.parallelsaver.npz;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.error.InputException;
import io.parallelsaver.npy.NpyHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * An archive of deflated members. Sizes, and with them places, are known only when the bytes are deflated; what can be said before is
 * the framing of each member.
 *
 * @param members in the order of the archive
 */
public record DeflatedPlan(List<Member> members) {
  /** An empty last block: ends DEFLATE data whose blocks say that others follow. */
  public static final byte[] END_OF_DATA = {3, 0};

  /**
   * One member.
   *
   * @param key name of the array
   * @param spec what the array is
   * @param localHeader local header, without CRC-32 and compressed size
   * @param npyHeader the first bytes of the content
   */
  public record Member(String key, ArraySpec spec, byte[] localHeader, byte[] npyHeader) {
    long size() {
      return npyHeader.length + spec.byteSize();
    }

    private MemberName name() {
      return MemberName.of(key, spec);
    }

    private boolean zip64() {
      return localHeader.length > ZipRecord.LOCAL_SIZE + name().length();
    }
  }

  /**
   * What a member has become.
   *
   * @param localOffset where its local header is
   * @param crc CRC-32 of its content
   * @param compressedSize its deflated bytes
   * @param seek where inflating can begin
   */
  public record Outcome(long localOffset, int crc, long compressedSize, SeekTable seek) {}

  /**
   * @throws InputException if a key or a dtype cannot be saved; the message names the array
   */
  public static DeflatedPlan of(Map<String, ArraySpec> arrays) {
    List<Member> members = new ArrayList<>(arrays.size());
    arrays.forEach((key, spec) -> {
      MemberName name = MemberName.of(key, spec);
      byte[] header = NpyHeader.bytes(spec);
      long size = Math.addExact(header.length, spec.byteSize());
      // What does not compress grows a little, so that a size just below the limit could end above
      // it.
      boolean zip64 = size > ZipRecord.ZIP64_LIMIT - size / 1000 - NpyHeader.MAX_LENGTH;
      members.add(
          new Member(key, spec, ZipRecord.local(name, ZipRecord.DEFLATED, size, zip64, 0), header));
    });
    return new DeflatedPlan(List.copyOf(members));
  }

  /**
   * The bytes that a member's local header lacked.
   *
   * @param patch is given offset in the file and bytes, once for each run of them
   */
  public void patch(int member, Outcome outcome, Patch patch) {
    Member planned = members.get(member);
    ByteBuffer crc = ZipRecord.buffer(4).putInt(0, outcome.crc());
    patch.write(outcome.localOffset() + ZipRecord.LOCAL_CRC_AT, crc);
    boolean zip64 = planned.zip64();
    ByteBuffer size = ZipRecord.buffer(zip64 ? 8 : 4);
    if (zip64) {
      size.putLong(0, outcome.compressedSize());
    } else {
      size.putInt(0, (int) outcome.compressedSize());
    }
    patch.write(outcome.localOffset() + ZipRecord.compressedSizeAt(planned.name(), zip64), size);
  }

  /** Takes bytes that belong somewhere in the file. */
  public interface Patch {
    void write(long offset, ByteBuffer bytes);
  }

  /** Central directory and end records, which stand at {@code offset}. */
  public ByteBuffer directory(List<Outcome> outcomes, long offset) {
    List<ZipRecord.Central> entries = new ArrayList<>(members.size());
    long size = 0;
    for (int i = 0; i < members.size(); i++) {
      Member member = members.get(i);
      Outcome outcome = outcomes.get(i);
      ZipRecord.Central entry = new ZipRecord.Central(
          member.name(),
          ZipRecord.DEFLATED,
          outcome.crc(),
          outcome.compressedSize(),
          member.size(),
          outcome.localOffset(),
          member.zip64(),
          outcome.seek().fitting(room(member.name())).extra());
      entries.add(entry);
      size += entry.length();
    }
    ByteBuffer out =
        ZipRecord.buffer(Math.toIntExact(size + ZipRecord.endSize(entries.size(), offset, size)));
    entries.forEach(entry -> entry.put(out));
    ZipRecord.putEnd(out, entries.size(), offset, size);
    return out.flip();
  }

  /** Bytes for further fields: Java refuses directory entries of more than 65,535 bytes in all, as APPNOTE 4.4.10 advises. */
  static int room(MemberName name) {
    return ZipRecord.MAX16 - ZipRecord.CENTRAL_SIZE - name.length() - ZipRecord.MOST_ZIP64;
  }

  /** Local header and {@code .npy} header put together. */
  public static byte[] framing(Member member) {
    byte[] framing = Arrays.copyOf(
        member.localHeader(), member.localHeader().length + member.npyHeader().length);
    System.arraycopy(
        member.npyHeader(), 0, framing, member.localHeader().length, member.npyHeader().length);
    return framing;
  }
}

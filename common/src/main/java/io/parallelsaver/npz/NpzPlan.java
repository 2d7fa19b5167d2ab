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
 * Where every byte of an archive of stored members goes, known before one is written. The image is, for each member in turn, {@link
 * Member#framing() framing} (local header, padding, {@code .npy} header) and the array's bytes; then the central directory.
 *
 * <pre>
 *  localOffset            memberOffset          dataOffset
 *  | local header, padding | .npy header         | array bytes ...  | next member
 *                          |---------- CRC-32 covers this ----------|
 * </pre>
 */
public final class NpzPlan {
  private static final byte[] NO_EXTRA = {};

  private final Profile profile;
  private final List<Member> members;
  private final List<MemberName> names;
  private final long directoryOffset;
  private final long fileSize;

  /**
   * One member.
   *
   * @param key name of the array: the member's name without {@code .npy}
   * @param spec what the array is
   * @param localOffset offset of the local header in the file
   * @param framing local header, padding and {@code .npy} header; the CRC-32 is left 0
   * @param npyHeaderLength bytes of the {@code .npy} header, the last ones of the framing
   */
  public record Member(
      String key, ArraySpec spec, long localOffset, byte[] framing, int npyHeaderLength) {
    /** Offset of the member's first byte, where the bytes begin that the CRC-32 covers. */
    public long memberOffset() {
      return localOffset + framing.length - npyHeaderLength;
    }

    public long dataOffset() {
      return localOffset + framing.length;
    }

    public long end() {
      return dataOffset() + spec.byteSize();
    }

    /** Where the CRC-32 belongs in the local header. */
    public long crcOffset() {
      return localOffset + ZipRecord.LOCAL_CRC_AT;
    }
  }

  private NpzPlan(Profile profile, List<Member> members, List<MemberName> names) {
    this.profile = profile;
    this.members = members;
    this.names = names;
    this.directoryOffset =
        members.isEmpty() ? 0 : members.get(members.size() - 1).end();
    long size = directorySize();
    this.fileSize =
        directoryOffset + size + ZipRecord.endSize(members.size(), directoryOffset, size);
  }

  /**
   * Places all members, in the map's order.
   *
   * @throws InputException if a key or a dtype cannot be saved; the message names the array
   */
  public static NpzPlan of(Map<String, ArraySpec> arrays, Profile profile) {
    List<Member> members = new ArrayList<>(arrays.size());
    List<MemberName> names = new ArrayList<>(arrays.size());
    boolean numpy = profile.alignment() == 0;
    long at = 0;
    // Most sets have few specs and many arrays.
    ArraySpec last = null;
    byte[] header = null;
    for (Map.Entry<String, ArraySpec> entry : arrays.entrySet()) {
      ArraySpec spec = entry.getValue();
      MemberName name = MemberName.of(entry.getKey(), spec);
      if (!spec.equals(last)) {
        last = spec;
        header = NpyHeader.bytes(numpy ? spec.withoutLogicalType() : spec);
      }
      Member member = member(entry.getKey(), name, spec, header, at, profile);
      members.add(member);
      names.add(name);
      at = member.end();
    }
    return new NpzPlan(profile, List.copyOf(members), List.copyOf(names));
  }

  private static Member member(
      String key, MemberName name, ArraySpec spec, byte[] header, long at, Profile profile) {
    boolean numpy = profile.alignment() == 0;
    long size = Math.addExact(header.length, spec.byteSize());
    int padding = numpy
        ? 0
        : padding(at + ZipRecord.localSize(name, size, false) + header.length, profile.alignment());
    byte[] local = ZipRecord.local(name, ZipRecord.STORED, size, numpy, padding);
    byte[] framing = Arrays.copyOf(local, local.length + header.length);
    System.arraycopy(header, 0, framing, local.length, header.length);
    return new Member(key, spec, at, framing, header.length);
  }

  /** Bytes that move {@code unpadded} to the alignment: none, or enough for an extra field's id and length. */
  private static int padding(long unpadded, int alignment) {
    int gap = (int) (-unpadded & (alignment - 1));
    return gap > 0 && gap < 4 ? gap + alignment : gap;
  }

  public List<Member> members() {
    return members;
  }

  /** Offset of the central directory: the end of the last member. */
  public long directoryOffset() {
    return directoryOffset;
  }

  /** Bytes of the whole archive. */
  public long fileSize() {
    return fileSize;
  }

  private long directorySize() {
    long size = 0;
    for (int i = 0; i < members.size(); i++) {
      size += central(i, 0).length();
    }
    return size;
  }

  /** Central directory and end records: the bytes from {@link #directoryOffset()} to {@link #fileSize()}. */
  public ByteBuffer directory(int[] crcs) {
    ByteBuffer out = ZipRecord.buffer(Math.toIntExact(fileSize - directoryOffset));
    for (int i = 0; i < crcs.length; i++) {
      central(i, crcs[i]).put(out);
    }
    ZipRecord.putEnd(out, members.size(), directoryOffset, out.position());
    return out.flip();
  }

  private ZipRecord.Central central(int index, int crc) {
    Member member = members.get(index);
    long size = member.end() - member.memberOffset();
    boolean numpy = profile.alignment() == 0;
    return new ZipRecord.Central(
        names.get(index), ZipRecord.STORED, crc, size, size, member.localOffset(), numpy, NO_EXTRA);
  }
}

package io.parallelsaver.npz;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.error.InputException;
import io.parallelsaver.npy.NpyHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
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
  private final long directoryOffset;
  private final long fileSize;

  /**
   * One member.
   *
   * @param key name of the array: the member's name without {@code .npy}
   * @param spec what the array is
   * @param localOffset offset of the local header in the file
   * @param name its name in the archive
   * @param pattern of its framing
   */
  public record Member(
      String key, ArraySpec spec, long localOffset, MemberName name, Pattern pattern) {
    /** Local header, padding and {@code .npy} header; the CRC-32 is left 0. Made anew each time: a million of them are large. */
    public byte[] framing() {
      byte[] framing = pattern.framing().clone();
      System.arraycopy(name.bytes(), 0, framing, ZipRecord.LOCAL_SIZE, name.length());
      return framing;
    }

    /** Bytes of {@link #framing}. */
    public int framingLength() {
      return pattern.framing().length;
    }

    /** Bytes of the {@code .npy} header, the last ones of the framing. */
    public int npyHeaderLength() {
      return pattern.npyHeaderLength();
    }

    /** Offset of the member's first byte, where the bytes begin that the CRC-32 covers. */
    public long memberOffset() {
      return dataOffset() - npyHeaderLength();
    }

    public long dataOffset() {
      return localOffset + framingLength();
    }

    public long end() {
      return dataOffset() + spec.byteSize();
    }

    /** Where the CRC-32 belongs in the local header. */
    public long crcOffset() {
      return localOffset + ZipRecord.LOCAL_CRC_AT;
    }
  }

  /**
   * The framing of members that differ in nothing but the name: most archives hold many arrays of few kinds.
   *
   * @param framing of the first of them
   * @param npyHeaderLength bytes of the {@code .npy} header, the last ones of the framing
   * @param nameLength bytes of the name
   * @param nameFlags what the local header says of the name
   * @param padding bytes of padding
   */
  private record Pattern(
      byte[] framing, int npyHeaderLength, int nameLength, short nameFlags, int padding) {
    boolean fits(MemberName name, int needed) {
      return nameLength == name.length() && nameFlags == name.flags() && padding == needed;
    }
  }

  private NpzPlan(Profile profile, List<Member> members) {
    this.profile = profile;
    this.members = members;
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
    boolean numpy = profile.alignment() == 0;
    long at = 0;
    ArraySpec last = null;
    byte[] header = null;
    Pattern pattern = null;
    for (Map.Entry<String, ArraySpec> entry : arrays.entrySet()) {
      ArraySpec spec = entry.getValue();
      MemberName name = MemberName.of(entry.getKey(), spec);
      if (!spec.equals(last)) {
        last = spec;
        header = NpyHeader.bytes(numpy ? spec.withoutLogicalType() : spec);
        pattern = null;
      }
      long size = Math.addExact(header.length, spec.byteSize());
      long unpadded = at + ZipRecord.localSize(name, size, numpy) + header.length;
      int padding = numpy ? 0 : padding(unpadded, profile.alignment());
      if (pattern == null || !pattern.fits(name, padding)) {
        pattern = pattern(name, size, header, numpy, padding);
      }
      Member member = new Member(entry.getKey(), spec, at, name, pattern);
      members.add(member);
      at = member.end();
    }
    return new NpzPlan(profile, Collections.unmodifiableList(members));
  }

  private static Pattern pattern(
      MemberName name, long size, byte[] header, boolean numpy, int padding) {
    byte[] local = ZipRecord.local(name, ZipRecord.STORED, size, numpy, padding);
    byte[] framing = Arrays.copyOf(local, local.length + header.length);
    System.arraycopy(header, 0, framing, local.length, header.length);
    return new Pattern(framing, header.length, name.length(), name.flags(), padding);
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
    Member last = null;
    int lastAt = 0;
    for (int i = 0; i < crcs.length; i++) {
      Member member = members.get(i);
      int at = out.position();
      if (last != null
          && ZipRecord.alike(last.localOffset(), member.localOffset())
          && last.pattern() == member.pattern()) {
        ZipRecord.putLike(out, lastAt, crcs[i], member.localOffset(), member.name());
      } else {
        central(i, crcs[i]).put(out);
      }
      last = member;
      lastAt = at;
    }
    ZipRecord.putEnd(out, members.size(), directoryOffset, out.position());
    return out.flip();
  }

  private ZipRecord.Central central(int index, int crc) {
    Member member = members.get(index);
    long size = member.end() - member.memberOffset();
    boolean numpy = profile.alignment() == 0;
    return new ZipRecord.Central(
        member.name(), ZipRecord.STORED, crc, size, size, member.localOffset(), numpy, NO_EXTRA);
  }
}

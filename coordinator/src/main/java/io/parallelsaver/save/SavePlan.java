package io.parallelsaver.save;

import io.parallelsaver.array.ArrayData;
import io.parallelsaver.array.PythonText;
import io.parallelsaver.array.Region;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.npz.Crc32;
import io.parallelsaver.npz.DeflatedPlan;
import io.parallelsaver.npz.NpzPlan;
import io.parallelsaver.safetensors.SafetensorsHeader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.zip.CRC32;

/**
 * Where every byte goes that workers write, in one file or several: for each array in turn framing, its bytes, and framing again.
 *
 * @param placements the arrays in the order of files and offsets; those of one file follow each other without a gap, from 0 on
 * @param files number of files
 */
record SavePlan(List<Placement> placements, int files) {
  static final byte[] NOTHING = {};

  /**
   * One array in its file.
   *
   * <pre>
   *  offset                                                     end
   *  | before (the first unsummed bytes | the others) | data | after |
   *                                     |--- CRC-32 ---------|
   * </pre>
   *
   * @param key name of the array
   * @param file index of the file
   * @param offset first byte of its framing
   * @param before framing before the array's bytes; made when it is needed, so that a million of them take no room
   * @param beforeLength bytes of it
   * @param unsummed bytes of the framing that the checksum does not cover
   * @param data bytes of the array
   * @param after framing behind the array's bytes; not covered by the checksum
   * @param crcOffset where in the file its CRC-32 belongs, or {@link #NO_CRC}
   */
  record Placement(
      String key,
      int file,
      long offset,
      Supplier<byte[]> before,
      int beforeLength,
      int unsummed,
      ArrayData data,
      byte[] after,
      long crcOffset) {
    static final long NO_CRC = -1;

    /** With framing that is there already, none of it summed, and no place for a CRC-32. */
    static Placement unsummed(
        String key, int file, long offset, byte[] before, ArrayData data, byte[] after) {
      return new Placement(
          key, file, offset, () -> before, before.length, before.length, data, after, NO_CRC);
    }

    long summedOffset() {
      return offset + unsummed;
    }

    long dataOffset() {
      return offset + beforeLength;
    }

    long dataEnd() {
      return dataOffset() + data.length();
    }

    long end() {
      return dataEnd() + after.length;
    }

    /** Whether workers must sum it: for the CRC-32 that is written, or for the one that the bytes bring along. */
    boolean summed() {
      return crcOffset != NO_CRC || data.crc().isPresent();
    }

    /**
     * Compares with the CRC-32 that the data brings along, if it does: what is damaged must not get a new, right one.
     *
     * @param found CRC-32 of the summed framing and the data
     */
    void check(int found) {
      if (data.crc().isEmpty()) {
        return;
      }
      CRC32 framing = new CRC32();
      framing.update(before.get(), unsummed, beforeLength - unsummed);
      int wanted = Crc32.combine((int) framing.getValue(), data.crc().getAsInt(), data.length());
      if (found != wanted) {
        Region where = data.region().orElse(null);
        throw new CorruptException((where == null ? "" : where.file() + ": ") + "array "
            + PythonText.quote(key) + ": CRC-32 of its " + data.length() + " bytes"
            + (where == null ? "" : " at " + where.offset())
            + " is not what the archive's directory wants; the file is damaged");
      }
    }
  }

  SavePlan {
    placements = Collections.unmodifiableList(placements);
    int file = -1;
    long end = 0;
    for (Placement placement : placements) {
      if (placement.file() > file) {
        file++;
        end = 0;
      }
      if (placement.file() != file || placement.offset() != end || file >= files) {
        throw new IllegalArgumentException("array " + placement.key()
            + " is not placed behind the one before it: " + placement.offset());
      }
      end = placement.end();
    }
  }

  /** The members of an archive; its central directory is not the workers' business. */
  static SavePlan of(NpzPlan archive, List<ArrayData> data) {
    return of(List.of(archive), data);
  }

  /** The members of several archives, each in a file of its own. */
  static SavePlan of(List<NpzPlan> archives, List<ArrayData> data) {
    List<Placement> placements = new ArrayList<>(data.size());
    for (int file = 0; file < archives.size(); file++) {
      for (NpzPlan.Member member : archives.get(file).members()) {
        placements.add(new Placement(
            member.key(),
            file,
            member.localOffset(),
            member::framing,
            member.framingLength(),
            member.framingLength() - member.npyHeaderLength(),
            data.get(placements.size()),
            NOTHING,
            member.crcOffset()));
      }
    }
    return new SavePlan(placements, archives.size());
  }

  /** The members of an archive before they are deflated, as if they followed each other in a file. */
  static SavePlan of(DeflatedPlan archive, List<ArrayData> data) {
    List<Placement> placements = new ArrayList<>(archive.members().size());
    long at = 0;
    for (DeflatedPlan.Member member : archive.members()) {
      int unsummed = member.localHeader().length;
      long crcOffset = at;
      byte[] framing = DeflatedPlan.framing(member);
      Placement placement = new Placement(
          member.key(),
          0,
          at,
          () -> framing,
          framing.length,
          unsummed,
          data.get(placements.size()),
          DeflatedPlan.END_OF_DATA,
          crcOffset);
      placements.add(placement);
      at = placement.end();
    }
    return new SavePlan(placements, 1);
  }

  /** The tensors of a file in the order of their bytes, the header before the first of them. */
  static SavePlan of(SafetensorsHeader header, Map<String, ArrayData> data) {
    List<Placement> placements = new ArrayList<>(header.tensors().size());
    byte[] before = header.bytes();
    long at = 0;
    for (SafetensorsHeader.Tensor tensor : header.tensors()) {
      Placement placement =
          Placement.unsummed(tensor.name(), 0, at, before, data.get(tensor.name()), NOTHING);
      placements.add(placement);
      at = placement.end();
      before = NOTHING;
    }
    return new SavePlan(placements, 1);
  }

  /** Bytes of all files. */
  long bytes() {
    long bytes = 0;
    for (Placement placement : placements) {
      bytes += placement.end() - placement.offset();
    }
    return bytes;
  }
}

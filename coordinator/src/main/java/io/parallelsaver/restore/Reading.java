package io.parallelsaver.restore;

import io.parallelsaver.array.FileData;
import io.parallelsaver.array.PythonText;
import io.parallelsaver.array.Region;
import io.parallelsaver.npz.ArchiveMember;
import io.parallelsaver.npz.DeflatedData;
import io.parallelsaver.npz.SeekTable;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Bytes that are to be read, and where they go.
 *
 * @param key name of the array
 * @param file where the bytes are
 * @param offset of the first one there
 * @param length how many, as they stand there
 * @param size how many when inflated
 * @param deflated where one can begin to inflate; empty if they are stored as they are
 * @param skip so many at the beginning are only summed
 * @param crc what the CRC-32 of the inflated bytes should be, if anything says so
 * @param target number of the file they go to, or {@link io.parallelsaver.job.Job#NO_FILE} if they are only summed
 * @param targetOffset where in it
 */
record Reading(
    String key,
    Path file,
    long offset,
    long length,
    long size,
    Optional<SeekTable> deflated,
    int skip,
    OptionalInt crc,
    int target,
    long targetOffset) {

  /** An array's bytes. */
  static Reading of(String key, FileData data, int target, long targetOffset) {
    Region where = data.region().orElseThrow();
    long length = where.length();
    return new Reading(
        key,
        where.file(),
        where.offset(),
        length,
        length,
        Optional.empty(),
        0,
        data.crc(),
        target,
        targetOffset);
  }

  /** A deflated array's bytes, without its header. */
  static Reading of(String key, DeflatedData data, int target, long targetOffset) {
    ArchiveMember member = data.member();
    return of(key, data.file(), member, member.headerLength(), target, targetOffset);
  }

  /** All of a member, its header too. */
  static Reading of(Path archive, ArchiveMember member, int target) {
    return of(member.key(), archive, member, 0, target, 0);
  }

  private static Reading of(
      String key, Path archive, ArchiveMember member, int skip, int target, long offset) {
    return new Reading(
        key,
        archive,
        member.offset(),
        member.compressedSize(),
        member.size(),
        member.stored() ? Optional.empty() : Optional.of(member.runs()),
        skip,
        OptionalInt.of(member.crc()),
        target,
        offset);
  }

  /** The same bytes, of which nothing says what their CRC-32 should be. */
  Reading withoutCrc() {
    return new Reading(
        key, file, offset, length, size, deflated, skip, OptionalInt.empty(), target, targetOffset);
  }

  /** Whether it comes from the same file: nearly always from the same object, and a path's own comparison is by characters. */
  boolean sameFile(Reading other) {
    return file == other.file || file.equals(other.file);
  }

  /** What it is, for a message. */
  String subject() {
    return file + ": array " + PythonText.quote(key);
  }
}

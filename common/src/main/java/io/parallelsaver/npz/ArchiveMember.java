package io.parallelsaver.npz;

import io.parallelsaver.npy.NpyHeader;
import java.util.Optional;

/**
 * One member of an archive that was read.
 *
 * @param name name in the archive
 * @param method ZIP compression method: 0 stored, 8 deflated
 * @param offset first byte of the member's stored or deflated bytes
 * @param compressedSize bytes in the archive
 * @param size bytes when inflated; equal to {@code compressedSize} when stored
 * @param crc CRC-32 of the inflated bytes, from the central directory
 * @param seek where in deflated bytes one may begin to inflate, if the archive says so
 * @param header the {@code .npy} header, or empty if the member is no array
 */
public record ArchiveMember(
    String name,
    int method,
    long offset,
    long compressedSize,
    long size,
    int crc,
    Optional<SeekTable> seek,
    Optional<NpyHeader> header) {

  /** Name of the array as {@code np.load} gives it: without {@code .npy}. */
  public String key() {
    return key(name);
  }

  static String key(String name) {
    return name.endsWith(".npy") ? name.substring(0, name.length() - 4) : name;
  }

  public boolean stored() {
    return method == ZipRecord.STORED;
  }
}

package io.parallelsaver.npz;

import io.parallelsaver.npy.NpyHeader;
import java.util.Optional;

/**
 * One member of an archive that was read.
 *
 * @param key name of the array as {@code np.load} gives it: without {@code .npy}, unless another member is called so
 * @param name name in the archive
 * @param method ZIP compression method: 0 stored, 8 deflated
 * @param offset first byte of the member's stored or deflated bytes
 * @param compressedSize bytes in the archive
 * @param size bytes when inflated; equal to {@code compressedSize} when stored
 * @param crc CRC-32 of the inflated bytes, from the central directory
 * @param dataCrc CRC-32 that follows from it for the array's bytes alone, without the {@code .npy} header
 * @param seek where in deflated bytes one may begin to inflate, if the archive says so
 * @param header the {@code .npy} header, or empty if the member is no array
 */
public record ArchiveMember(
    String key,
    String name,
    int method,
    long offset,
    long compressedSize,
    long size,
    int crc,
    int dataCrc,
    Optional<SeekTable> seek,
    Optional<NpyHeader> header) {

  public boolean stored() {
    return method == ZipRecord.STORED;
  }

  /** Where one may begin to inflate: at its beginning, and where the archive says so. */
  public SeekTable runs() {
    return seek.orElseGet(() -> new SeekTable(new long[] {size}, new long[] {compressedSize}));
  }

  /** The same, with a header that is kept in another way. */
  public ArchiveMember with(Optional<NpyHeader> other) {
    return new ArchiveMember(
        key, name, method, offset, compressedSize, size, crc, dataCrc, seek, other);
  }

  /** Whether it only says that there is a folder. */
  public boolean isFolder() {
    return name.endsWith("/") && size == 0;
  }

  /** Bytes before the array's own. */
  public int headerLength() {
    return header.map(NpyHeader::length).orElse(0);
  }
}

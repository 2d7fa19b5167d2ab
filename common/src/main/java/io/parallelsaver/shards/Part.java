package io.parallelsaver.shards;

/**
 * Where rows of an array stand: a member of a shard, stored as it is.
 *
 * <pre>
 *  local                      header        offset
 *  | local header, padding     | .npy header | rows: length bytes |
 *                              |---- CRC-32 covers this ---------|
 * </pre>
 *
 * @param shard index of the shard
 * @param key what the member is called there, without {@code .npy}
 * @param local offset in the shard of the member's local header
 * @param header of its {@code .npy} header
 * @param offset of the first row's first byte
 * @param length bytes of the rows
 * @param crc CRC-32 of the member, as the archive records it
 * @param rows extent of the first axis; 1 for an array without axes
 */
public record Part(
    int shard, String key, long local, long header, long offset, long length, int crc, long rows) {
  /**
   * @throws IllegalArgumentException if a number is impossible, whatever the shard is
   */
  public Part {
    if (shard < 0 || shard >= IndexHead.MOST_SHARDS) {
      throw new IllegalArgumentException(
          "shard " + shard + " is none of 0 to " + (IndexHead.MOST_SHARDS - 1));
    }
    if (local < 0 || header <= local || offset <= header) {
      throw new IllegalArgumentException(
          "expected local header, .npy header and rows one behind the other, found them at " + local
              + ", " + header + " and " + offset);
    }
    if (length < 0 || offset > Long.MAX_VALUE - length || rows < 0) {
      throw new IllegalArgumentException(
          "impossible: " + length + " bytes at " + offset + " of " + rows + " rows");
    }
  }

  /** Offset in the shard behind the last row. */
  public long end() {
    return offset + length;
  }
}

package io.parallelsaver.spark.write;

import io.parallelsaver.npz.ArchiveMember;
import io.parallelsaver.npz.NpzPlan.Member;
import io.parallelsaver.shards.Part;
import java.io.Serializable;

/**
 * An array in a shard that was written, as the driver is told of it; see {@link Part}.
 *
 * @param spec what it is, as a {@code .npy} header says it
 */
record WrittenArray(
    String key, byte[] spec, long local, long header, long offset, long length, int crc)
    implements Serializable {
  static WrittenArray of(byte[] spec, Member planned, ArchiveMember found) {
    return new WrittenArray(
        planned.key(),
        spec,
        planned.localOffset(),
        planned.memberOffset(),
        planned.dataOffset(),
        planned.spec().byteSize(),
        found.crc());
  }

  /**
   * @param shard index of the shard it is in
   */
  Part part(int shard, long rows) {
    return new Part(shard, key, local, header, offset, length, crc, rows);
  }
}

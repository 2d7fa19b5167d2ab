package io.parallelsaver.spark.write;

import io.parallelsaver.npz.ArchiveMember;
import io.parallelsaver.npz.NpzPlan.Member;
import io.parallelsaver.shards.Part;
import java.io.Serializable;

/**
 * An array in a shard that was written, as the driver is told of it; see {@link Part}.
 *
 * @param key what it is called
 * @param member what it is called in the shard
 * @param spec what it is, as a {@code .npy} header says it
 */
record WrittenArray(
    String key,
    String member,
    byte[] spec,
    long local,
    long header,
    long offset,
    long length,
    int crc)
    implements Serializable {
  static WrittenArray of(String key, byte[] spec, Member planned, ArchiveMember found) {
    return new WrittenArray(
        key,
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
    return new Part(shard, member, local, header, offset, length, crc, rows);
  }
}

package io.parallelsaver.restore;

import io.parallelsaver.error.InputException;
import io.parallelsaver.job.CallFiles;
import io.parallelsaver.job.Job;
import io.parallelsaver.npz.ArchiveMember;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.pool.WorkerPool;
import io.parallelsaver.pool.WorkerShare;
import io.parallelsaver.stored.ArchiveFile;
import io.parallelsaver.stored.ShardedSet;
import io.parallelsaver.stored.StoredArrays;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds every array that is not what its file says. */
public final class Verify {
  private Verify() {}

  /**
   * What was found.
   *
   * @param members arrays, and other members of an archive, that were looked at
   * @param bytes bytes that were read
   * @param damaged what is wrong, by key; empty if all is well
   * @param others keys of members that are no arrays
   * @param workers what each worker did
   */
  public record Result(
      int members,
      long bytes,
      Map<String, String> damaged,
      List<String> others,
      List<WorkerShare> workers) {}

  /**
   * Checks every header and every checksum there is: archives have a CRC-32 of each member, other formats have none, and only the
   * lengths of their files can be compared with what the headers say. Of a sharded set all shards are checked, and the index against them.
   *
   * @param maxHeader longest {@code .npy} header that is read in shards, in bytes
   */
  public static Result run(
      WorkerPool pool, StoredArrays stored, int maxHeader, ProgressListener progress) {
    Map<String, String> damaged = new LinkedHashMap<>();
    if (stored instanceof ArchiveFile archive) {
      return members(pool, archive, damaged, progress);
    }
    if (stored instanceof ShardedSet set) {
      SetVerify shards = new SetVerify(set, maxHeader, damaged);
      shards.run();
      List<WorkerShare> workers = sum(pool, shards.readings(), damaged, progress);
      return new Result(shards.members(), shards.bytes(), damaged, List.of(), workers);
    }
    Collection<String> keys = stored.keys();
    for (String key : keys) {
      try {
        stored.get(key);
      } catch (InputException e) {
        damaged.put(key, e.getMessage());
      }
    }
    return new Result(keys.size(), stored.contentSize(), damaged, List.of(), List.of());
  }

  private static Result members(
      WorkerPool pool, ArchiveFile file, Map<String, String> damaged, ProgressListener progress) {
    List<Reading> readings = new ArrayList<>();
    List<String> others = new ArrayList<>();
    List<String> names = file.archive().names();
    for (String name : names) {
      try {
        ArchiveMember member = file.member(name).orElseThrow();
        readings.add(Reading.of(file.path(), member, Job.NO_FILE));
        if (member.header().isEmpty() && !member.isFolder()) {
          others.add(member.key());
        }
      } catch (InputException e) {
        damaged.put(file.archive().key(name), e.getMessage());
      }
    }
    List<WorkerShare> workers = sum(pool, readings, damaged, progress);
    return new Result(names.size(), file.archive().size(), damaged, others, workers);
  }

  private static List<WorkerShare> sum(
      WorkerPool pool,
      List<Reading> readings,
      Map<String, String> damaged,
      ProgressListener progress) {
    long call = pool.newCall();
    ReadFeed feed =
        new ReadFeed(call, new CallFiles(), readings, pool.options(), collect(damaged), progress);
    return pool.execute(call, feed);
  }

  private static ReadListener collect(Map<String, String> damaged) {
    return new ReadListener() {
      @Override
      public void damaged(Reading reading, InputException problem) {
        damaged.put(reading.key(), problem.getMessage());
      }
    };
  }
}

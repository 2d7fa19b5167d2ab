package io.parallelsaver.spark.write;

import io.parallelsaver.array.NDArray;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.npz.ArchiveMember;
import io.parallelsaver.npz.NpzArchive;
import io.parallelsaver.npz.NpzPlan;
import io.parallelsaver.npz.NpzPlan.Member;
import io.parallelsaver.npz.Profile;
import io.parallelsaver.spark.plan.Headers;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * An archive that a task has written.
 *
 * @param path where it is until the job is committed
 * @param size its bytes
 * @param arrays what is in it
 */
record WrittenShard(String path, long size, WrittenArray[] arrays) implements Serializable {
  /**
   * Looks at an archive that was just saved, in the layout sets have.
   *
   * @param path what it will be called
   * @param file where it is now
   * @param suffix what its members have behind the keys of the arrays
   * @throws CorruptException if it is not what was planned
   */
  static WrittenShard of(String path, Path file, Map<String, NDArray> saved, String suffix)
      throws IOException {
    NpzPlan plan = NpzPlan.of(
        saved.entrySet().stream()
            .collect(Collectors.toMap(
                Map.Entry::getKey,
                entry -> entry.getValue().spec(),
                (one, other) -> one,
                LinkedHashMap::new)),
        Profile.ALIGNED);
    Headers headers = new Headers();
    try (NpzArchive archive = NpzArchive.open(file)) {
      List<ArchiveMember> found = archive.members();
      WrittenArray[] arrays = new WrittenArray[found.size()];
      for (int i = 0; i < arrays.length; i++) {
        Member planned = plan.members().get(i);
        if (found.get(i).offset() != planned.memberOffset()) {
          throw new CorruptException(file + ": array " + planned.key() + " stands at byte "
              + found.get(i).offset() + ", planned was " + planned.memberOffset());
        }
        String key = planned.key().substring(0, planned.key().length() - suffix.length());
        arrays[i] = WrittenArray.of(key, headers.of(planned.spec()), planned, found.get(i));
      }
      return new WrittenShard(path, archive.size(), arrays);
    }
  }
}

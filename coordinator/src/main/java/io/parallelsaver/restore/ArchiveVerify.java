package io.parallelsaver.restore;

import io.parallelsaver.npz.ArchiveMember;
import io.parallelsaver.npz.NpzArchive;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.pool.WorkerPool;
import io.parallelsaver.pool.WorkerShare;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads all of an archive, and finds every member that is not what the directory says. */
public final class ArchiveVerify {
  private ArchiveVerify() {}

  /**
   * What was found.
   *
   * @param members members that were looked at
   * @param bytes bytes of the archive
   * @param damaged what is wrong, by name of the member; empty if all is well
   * @param workers what each worker did
   */
  public record Result(
      int members, long bytes, Map<String, String> damaged, List<WorkerShare> workers) {}

  /**
   * Checks every header and every CRC-32.
   *
   * @throws io.parallelsaver.error.InputException if there is no such archive, or its directory is damaged
   */
  public static Result run(WorkerPool pool, Path source, ProgressListener progress) {
    Map<String, String> damaged = new LinkedHashMap<>();
    NpzArchive archive;
    try {
      archive = NpzArchive.read(source, (name, problem) -> damaged.put(name, problem.getMessage()));
    } catch (IOException e) {
      throw Selection.unreadable(source, e);
    }
    int unreadable = damaged.size();
    List<Destination> destinations = new ArrayList<>(archive.members().size());
    for (ArchiveMember member : archive.members()) {
      destinations.add(new Destination(member, null, 0, true));
    }
    long call = pool.newCall();
    ReadFeed feed = new ReadFeed(
        call,
        source,
        destinations,
        pool.options().chunkSize(),
        (member, problem) -> damaged.put(member.name(), problem.getMessage()),
        progress);
    List<WorkerShare> workers = pool.execute(call, feed);
    return new Result(destinations.size() + unreadable, archive.size(), damaged, workers);
  }
}

package io.parallelsaver.restore;

import io.parallelsaver.error.InputException;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.job.Job.JobFile;
import io.parallelsaver.job.Job.Mode;
import io.parallelsaver.npz.ArchiveMember;
import io.parallelsaver.output.Durability;
import io.parallelsaver.output.OutputDirectory;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.pool.WorkerPool;
import io.parallelsaver.pool.WorkerShare;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Restores arrays to {@code .npy} files, from file to file: the workers write each member's own bytes. The files take their names only
 * when all of them are whole.
 */
public final class DirectoryRestore {
  private static final String SUFFIX = ".npy";

  private DirectoryRestore() {}

  /**
   * What was restored.
   *
   * @param files path of each file by key, in the archive's order
   * @param bytes bytes of all files
   * @param workers what each worker did
   */
  public record Result(Map<String, Path> files, long bytes, List<WorkerShare> workers) {}

  /**
   * Restores to {@code directory/KEY.npy}; a {@code /} in a key makes folders.
   *
   * @param keys which arrays; null for all
   * @throws InputException if a key leads out of the directory, or two keys to one file
   * @throws SaverException if anything failed; no file was changed then
   */
  public static Result run(
      WorkerPool pool, Path source, Path directory, List<String> keys, ProgressListener progress) {
    Map<String, ArchiveMember> wanted = Selection.of(Selection.open(source), keys);
    long bytes = wanted.values().stream().mapToLong(ArchiveMember::size).sum();
    long call = pool.newCall();
    OutputDirectory output = OutputDirectory.prepare(pool.run(), call, directory);
    try {
      output.checkSpace(bytes);
      Map<String, Path> files = new LinkedHashMap<>();
      List<Destination> destinations = new ArrayList<>(wanted.size());
      for (Map.Entry<String, ArchiveMember> entry : wanted.entrySet()) {
        int index = destinations.size();
        files.put(entry.getKey(), output.place(entry.getKey(), SUFFIX));
        JobFile file =
            new JobFile(index + 1, Mode.CREATE, output.unfinished(index).toString());
        destinations.add(new Destination(entry.getValue(), file, 0, true));
      }
      ReadFeed feed = new ReadFeed(
          call, source, destinations, pool.options().chunkSize(), Selection::fail, progress);
      List<WorkerShare> workers = pool.execute(call, feed);
      output.finish(List.copyOf(files.values()), Durability.NONE);
      return new Result(files, bytes, workers);
    } catch (RuntimeException | Error e) {
      output.rollback(e);
      throw e;
    }
  }
}

package io.parallelsaver.restore;

import io.parallelsaver.error.InputException;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.job.CallFiles;
import io.parallelsaver.job.JobFile.Mode;
import io.parallelsaver.npz.ArchiveMember;
import io.parallelsaver.output.Durability;
import io.parallelsaver.output.OutputDirectory;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.pool.WorkerPool;
import io.parallelsaver.pool.WorkerShare;
import io.parallelsaver.stored.ArchiveFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Restores members of an archive to files, from file to file: the workers write each member's own bytes, so that an array becomes an
 * {@code .npy} file. The files take their names only when all of them are whole.
 */
public final class DirectoryRestore {
  private static final String SUFFIX = ".npy";

  private DirectoryRestore() {}

  /**
   * What was restored.
   *
   * @param files path of each file by key, in the archive's order
   * @param others keys of those that are no arrays
   * @param bytes bytes of all files
   * @param workers what each worker did
   */
  public record Result(
      Map<String, Path> files, List<String> others, long bytes, List<WorkerShare> workers) {}

  /**
   * Restores to {@code directory/KEY.npy}, and what is no array to {@code directory/NAME}; a {@code /} in a key makes folders.
   *
   * @param keys which members; null for all
   * @throws InputException if a key leads out of the directory, or two keys to one file
   * @throws SaverException if anything failed; no file was changed then
   */
  public static Result run(
      WorkerPool pool,
      ArchiveFile source,
      Path directory,
      List<String> keys,
      Durability durability,
      ProgressListener progress) {
    List<Wanted> wanted = wanted(source, keys);
    long bytes = wanted.stream().mapToLong(each -> each.member().size()).sum();
    long call = pool.newCall();
    OutputDirectory output = OutputDirectory.prepare(pool.run(), call, directory);
    try {
      output.checkSpace(bytes);
      Map<String, Path> files = new LinkedHashMap<>();
      List<Reading> readings = new ArrayList<>(wanted.size());
      CallFiles plan = new CallFiles();
      for (Wanted each : wanted) {
        int index = readings.size();
        ArchiveMember member = each.member();
        String suffix = each.array() ? SUFFIX : "";
        files.put(member.key(), output.place(member.key(), suffix));
        if (member.size() == 0) {
          Files.createFile(output.unfinished(index));
        }
        int file = plan.write(Mode.CREATE, output.unfinished(index), member.size());
        readings.add(Reading.of(source.path(), member, file));
      }
      ReadFeed feed =
          new ReadFeed(call, plan, readings, pool.options(), ReadListener.STRICT, progress);
      List<WorkerShare> workers = pool.execute(call, feed);
      output.finish(List.copyOf(files.values()), List.of(), durability);
      List<String> others = wanted.stream()
          .filter(each -> !each.array())
          .map(each -> each.member().key())
          .toList();
      return new Result(files, others, bytes, workers);
    } catch (IOException e) {
      SaverException failure = new SaverException("cannot write to " + directory + ": " + e, e);
      output.rollback(failure);
      throw failure;
    } catch (RuntimeException | Error e) {
      output.rollback(e);
      throw e;
    }
  }

  /**
   * What becomes a file.
   *
   * @param member without its header, which may be long, and there may be many
   */
  private record Wanted(ArchiveMember member, boolean array) {}

  private static List<Wanted> wanted(ArchiveFile source, List<String> keys) {
    List<Wanted> wanted = new ArrayList<>();
    for (String key : keys == null ? source.archive().names() : keys) {
      ArchiveMember member = source.member(key).orElse(null);
      if (member == null) {
        source.get(key);
      } else if (!member.isFolder()) {
        wanted.add(new Wanted(member.with(Optional.empty()), member.header().isPresent()));
      }
    }
    return wanted;
  }
}

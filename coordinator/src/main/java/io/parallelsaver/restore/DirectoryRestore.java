package io.parallelsaver.restore;

import io.parallelsaver.array.PythonText;
import io.parallelsaver.error.InputException;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.error.StorageFullException;
import io.parallelsaver.job.Job.JobFile;
import io.parallelsaver.job.Job.Mode;
import io.parallelsaver.npz.ArchiveMember;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.pool.WorkerPool;
import io.parallelsaver.pool.WorkerShare;
import io.parallelsaver.shm.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Restores arrays to {@code .npy} files, from file to file: the workers write each member's own bytes. The files take their names only
 * when all of them are whole.
 */
public final class DirectoryRestore {
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
    long call = pool.newCall();
    Path unfinished = null;
    try {
      Files.createDirectories(directory);
      Path root = directory.toRealPath();
      Map<String, Path> files = targets(source, root, wanted.keySet());
      long bytes = wanted.values().stream().mapToLong(ArchiveMember::size).sum();
      checkSpace(root, bytes);
      unfinished = pool.run().unfinished(call, root.resolve("any"));
      pool.run().noteLitter(call, unfinished);
      Files.createDirectory(unfinished);
      List<Destination> destinations = new ArrayList<>(wanted.size());
      for (ArchiveMember member : wanted.values()) {
        int id = destinations.size() + 1;
        JobFile file =
            new JobFile(id, Mode.CREATE, unfinished.resolve(id + ".npy").toString());
        destinations.add(new Destination(member, file, 0, true));
      }
      ReadFeed feed = new ReadFeed(
          call, source, destinations, pool.options().chunkSize(), Selection::fail, progress);
      List<WorkerShare> workers = pool.execute(call, feed);
      publish(root, destinations, files);
      return new Result(files, bytes, workers);
    } catch (IOException e) {
      throw new SaverException("cannot restore to " + directory + ": " + e, e);
    } finally {
      discard(pool, call, unfinished);
    }
  }

  private static Map<String, Path> targets(Path source, Path root, Set<String> keys) {
    Map<String, Path> files = new LinkedHashMap<>();
    Set<Path> taken = new LinkedHashSet<>();
    for (String key : keys) {
      Path file = root.resolve(relative(source, key));
      if (!taken.add(file)) {
        throw new InputException(
            source + ": two arrays would become " + file + "; restore them apart with --keys");
      }
      files.put(key, file);
    }
    for (Path file : files.values()) {
      for (Path folder = file.getParent(); !folder.equals(root); folder = folder.getParent()) {
        if (taken.contains(folder)) {
          throw new InputException(source + ": " + folder
              + " would have to be a file and a folder; restore the arrays apart with --keys");
        }
      }
    }
    return files;
  }

  /** The key as a path below the output directory; what could lead out of it is refused. */
  private static Path relative(Path source, String key) {
    String escapes = source + ": array " + PythonText.quote(key)
        + " would be written outside the output directory; refused";
    try {
      Path path = Path.of(key + ".npy");
      if (path.isAbsolute()) {
        throw new InputException(escapes);
      }
      for (Path name : path) {
        if (name.toString().equals("..") || name.toString().equals(".")) {
          throw new InputException(escapes);
        }
      }
      return path;
    } catch (InvalidPathException e) {
      throw new InputException(
          source + ": array " + PythonText.quote(key) + " is no file name here: " + e.getReason(),
          e);
    }
  }

  private static void checkSpace(Path root, long bytes) throws IOException {
    long there = Files.getFileStore(root).getUsableSpace();
    if (there < bytes) {
      throw new StorageFullException(root + " needs " + bytes + " bytes, its file system has "
          + there + " left; make room there");
    }
  }

  /** Looks at every place first, so that nothing is half done when one of them is refused. */
  private static void publish(Path root, List<Destination> destinations, Map<String, Path> files)
      throws IOException {
    for (Map.Entry<String, Path> entry : files.entrySet()) {
      Path folder = entry.getValue().getParent();
      Files.createDirectories(folder);
      if (!folder.toRealPath().startsWith(root)) {
        throw new InputException("array " + PythonText.quote(entry.getKey())
            + " would be written through a symbolic link out of " + root + "; refused");
      }
      if (Files.isDirectory(entry.getValue())) {
        throw new InputException("array " + PythonText.quote(entry.getKey()) + ": "
            + entry.getValue() + " is a directory; remove it first");
      }
    }
    for (Destination from : destinations) {
      Files.move(
          Path.of(from.file().path()),
          files.get(from.member().key()),
          StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private static void discard(WorkerPool pool, long call, Path unfinished) {
    if (unfinished == null) {
      return;
    }
    try {
      Trees.delete(unfinished);
      pool.run().forgetLitter(call);
    } catch (IOException e) {
      throw new SaverException("cannot remove " + unfinished + ": " + e, e);
    }
  }
}

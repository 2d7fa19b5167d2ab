package io.parallelsaver.shm;

import io.parallelsaver.error.FileFailure;
import io.parallelsaver.shards.SetStaging;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Unfinished files whose runs no sweep can find any more: after a power cut the notes of them are gone with all that was in shared memory.
 * Removed is what has a name that only a run gives, is this user's, belongs to no run that is there, and was not written to since the machine
 * was started: whoever made it here is dead. On a file system of several machines none of that says so.
 *
 * @param removed files and directories that were removed
 * @param finished folders of sharded sets whose shards were put into their places, since the index was in its own
 * @param kept those that only look like it, and why they stay
 */
public record Leftovers(List<Path> removed, List<Path> finished, Map<Path, String> kept) {
  /** File systems of one machine, by the kernel's names. */
  private static final Set<String> LOCAL = Set.of(
      "bcachefs",
      "btrfs",
      "exfat",
      "ext2",
      "ext3",
      "ext4",
      "f2fs",
      "jfs",
      "ntfs3",
      "overlay",
      "ramfs",
      "tmpfs",
      "vfat",
      "xfs",
      "zfs");

  /**
   * Removes what there is in a folder, but not in folders below it.
   *
   * @param sharedMemory where runs that live are looked for
   */
  public static Leftovers in(Path folder, Path sharedMemory) throws IOException {
    return in(folder, sharedMemory, lastBoot(), Files.getFileStore(folder).type());
  }

  static Leftovers in(Path folder, Path sharedMemory, Instant boot, String type)
      throws IOException {
    Leftovers leftovers =
        new Leftovers(new ArrayList<>(), new ArrayList<>(), new LinkedHashMap<>());
    try (SecureDirectoryStream<Path> all = Trees.open(folder)) {
      for (Path file : all) {
        Optional<String> run = Unfinished.run(file);
        if (run.isPresent()) {
          leftovers.visit(all, file, type, sharedMemory.resolve(run.get()), boot);
        } else if (SetStaging.set(file).isPresent()) {
          leftovers.visitOther(all, file);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return leftovers;
  }

  private void visit(
      SecureDirectoryStream<Path> folder, Path file, String type, Path run, Instant boot) {
    try {
      Path name = file.getFileName();
      if (!PrivateFile.isOwn(Sweep.attributes(folder, name))) {
        kept.put(file, "it belongs to somebody else");
      } else if (Files.exists(run, LinkOption.NOFOLLOW_LINKS)) {
        kept.put(file, "its run is there: " + run);
      } else if (SetStaging.set(file).isPresent() && SetStaging.finish(file)) {
        finished.add(file);
      } else if (!LOCAL.contains(type)) {
        kept.put(
            file,
            "another machine may be at it, on a file system of type " + type
                + "; remove it if you know better");
      } else if (!lastWrite(folder, name).isBefore(boot)) {
        kept.put(
            file,
            "it was made since this machine was started, perhaps by a run in another container;"
                + " remove it if you know better");
      } else {
        Trees.delete(folder, name);
        removed.add(file);
      }
    } catch (IOException e) {
      kept.put(file, FileFailure.reason(e));
    }
  }

  /** The folder of a set that somebody else has made, on a cluster perhaps. */
  private void visitOther(SecureDirectoryStream<Path> folder, Path file) {
    try {
      if (!PrivateFile.isOwn(Sweep.attributes(folder, file.getFileName()))) {
        kept.put(file, "it belongs to somebody else");
      } else if (SetStaging.finish(file)) {
        finished.add(file);
      } else {
        kept.put(
            file, "no index needs it, but somebody may be at it; remove it if you know better");
      }
    } catch (IOException e) {
      kept.put(file, FileFailure.reason(e));
    }
  }

  /** The last write to a file, or to anything in a directory. */
  private static Instant lastWrite(SecureDirectoryStream<Path> folder, Path name)
      throws IOException {
    BasicFileAttributes found = folder
        .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .readAttributes();
    Instant last = found.lastModifiedTime().toInstant();
    if (found.isDirectory()) {
      try (SecureDirectoryStream<Path> directory = Trees.open(folder, name)) {
        for (Path inside : directory) {
          Instant write = lastWrite(directory, inside.getFileName());
          last = write.isAfter(last) ? write : last;
        }
      } catch (DirectoryIteratorException e) {
        throw e.getCause();
      }
    }
    return last;
  }

  private static Instant lastBoot() throws IOException {
    return Files.readAllLines(Path.of("/proc/stat")).stream()
        .filter(line -> line.startsWith("btime "))
        .map(line -> Instant.ofEpochSecond(Long.parseLong(line.substring(6).strip())))
        .findAny()
        .orElseThrow(() -> new IOException("/proc/stat does not say when the machine was started"));
  }
}

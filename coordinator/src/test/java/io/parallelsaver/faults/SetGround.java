package io.parallelsaver.faults;

import io.parallelsaver.NamedArrays;
import io.parallelsaver.Saver;
import io.parallelsaver.SaverOptions;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.shards.Sharding;
import io.parallelsaver.shm.Sweep;
import io.parallelsaver.shm.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** One sharded set after the other under one name, and what must be there whatever happened to the last of them. */
final class SetGround {
  /** Shards of the old set, and of the new. Some of their names are equal, some not. */
  static final int OLD = 3;

  static final int NEW = 2;
  private static final int SIZE = 30_000;

  private final Path shared;
  private final Path folder;

  /**
   * @param root holds a folder {@code shared}, and one for the sets alone
   */
  SetGround(Path root) {
    this.shared = root.resolve("shared");
    this.folder = root.resolve("out");
  }

  Path target() {
    return folder.resolve("s.npz");
  }

  private Path index() {
    return folder.resolve("s.npz.index.json");
  }

  /** Saves a set that tells its version. */
  void save(int version, int shards) {
    long[] values = new long[SIZE];
    Arrays.fill(values, version);
    SaverOptions options = SaverOptions.defaults()
        .withWorkers(1)
        .withSharedMemory(shared)
        .withSharding(Sharding.ofCount(shards));
    try (Saver saver = Saver.openLazily(options)) {
      saver.save(target(), NamedArrays.of(Map.of("v", values)).and("n", version));
    }
  }

  /** Begins anew, with the old set. */
  void reset() throws IOException {
    Trees.delete(folder);
    Files.createDirectory(folder);
    save(OLD, OLD);
  }

  /** Which version is there, if it is whole. */
  int version() {
    try (Saver saver =
        Saver.openLazily(SaverOptions.defaults().withWorkers(1).withSharedMemory(shared))) {
      Map<String, NDArray> read = saver.restore(target());
      long[] values = read.get("v").toLongs();
      int version = (int) read.get("n").getLong();
      if (values.length != SIZE || !Arrays.stream(values).allMatch(each -> each == version)) {
        throw new AssertionError("neither old nor new");
      }
      return version;
    }
  }

  /**
   * Judges what a save of the new set has left.
   *
   * @return whether the new set is there
   */
  boolean judge(String what) throws IOException {
    int version = versionOf(what + ", at once");
    Sweep.of(shared);
    check(version == versionOf(what + ", swept"), what + ": a sweep changes the set");
    List<String> left = names();
    // A lock file of a dead process waits for the next.
    left.removeIf(name -> name.matches("\\.parallel-saver-[0-9a-f]{16}\\.lock"));
    check(left.size() == version + 1, what + " leaves " + left);
    check(isEmpty(shared), what + " leaves something in shared memory");
    save(1, 1);
    check(versionOf(what + ", next") == 1, what + ": the next save is not there");
    check(names().size() == 2, what + ": the next save leaves " + names());
    return version == NEW;
  }

  private int versionOf(String what) {
    try {
      int version = version();
      check(version == OLD || version == NEW || version == 1, what + ": version " + version);
      return version;
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(what + ": " + e.getMessage() + ", there is " + listed(), e);
    }
  }

  private String listed() {
    try {
      return names() + ", " + Files.readString(index());
    } catch (IOException e) {
      return e.toString();
    }
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return new ArrayList<>(files
          .filter(file -> !file.equals(folder))
          .map(file -> folder.relativize(file).toString())
          .toList());
    }
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.findAny().isEmpty();
    }
  }

  private static void check(boolean right, String problem) {
    if (!right) {
      throw new AssertionError(problem);
    }
  }
}

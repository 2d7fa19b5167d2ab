package io.parallelsaver.shards;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.parallelsaver.error.InputException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How a set takes the place of another whose shards may have the same names. They are made, under their own names, in a hidden folder beside
 * the index that is called by the set. The index takes its place when they are whole: that is the moment the new set is there. From then on
 * they are given their places, and readers look for each in the folder first. Whoever dies in between leaves the old set or the new one; who
 * comes next, a save or a sweep, finishes it.
 *
 * <pre>
 *  .SET.shards/NAME-00001-of-00002.npz ...   whole shards
 *  .SET.shards/NAME.npz.index.json           until it takes its place
 *  .SET.shards/target                        name of the index; then shards of the set before that are to go
 * </pre>
 */
public final class SetStaging {
  private static final String SUFFIX = ".shards";
  private static final String TARGET = "target";

  private final Path index;
  private final Path folder;
  private final boolean durable;

  private SetStaging(Path index, Path folder, boolean durable) {
    this.index = index;
    this.folder = folder;
    this.durable = durable;
  }

  /** The folder of a set. */
  public static Path folder(Path index, String set) {
    IndexHead.checkSet(set);
    return index.resolveSibling("." + set + SUFFIX);
  }

  /** The set that has a folder of this name, if any can. */
  public static Optional<String> set(Path folder) {
    String name = String.valueOf(folder.getFileName());
    boolean ours = name.startsWith(".") && name.endsWith(SUFFIX);
    return ours
        ? Optional.of(name.substring(1, name.length() - SUFFIX.length()))
        : Optional.empty();
  }

  /**
   * Puts a set into its place: its folder must hold the index and all shards, whole and, if it is to be so, durable.
   *
   * @param index where the index goes
   * @param durable whether each step must have reached the device before the next
   * @return what has failed after the set was in its place, if anything has: it can be read, and is finished by the next save or sweep
   * @throws IOException if it is not in its place; what was there before still is
   */
  public static Optional<IOException> commit(Path index, String set, boolean durable)
      throws IOException {
    SetStaging staging = new SetStaging(index, folder(index, set), durable);
    // Whoever finds the folder knows from now on whose it is.
    staging.writeTarget(List.of());
    return SetLock.hold(index, () -> {
      staging.commit();
      try {
        if (durable) {
          force(index.toAbsolutePath().getParent());
        }
        staging.finish();
        return Optional.empty();
      } catch (IOException e) {
        return Optional.of(e);
      }
    });
  }

  private void commit() throws IOException {
    List<String> before = new ArrayList<>();
    Optional<IndexHead> head = headOf(index);
    if (head.isPresent()) {
      Optional<String> set = head.get().set();
      if (set.isPresent() && Files.isDirectory(folder(index, set.get()))) {
        // Its shards must not be given their places when others stand there.
        new SetStaging(index, folder(index, set.get()), durable).finish();
      }
      head.get().shards().forEach(shard -> before.add(shard.file()));
    }
    writeTarget(before);
    if (durable) {
      force(folder.resolve(TARGET));
      force(folder);
      force(index.toAbsolutePath().getParent());
    }
    move(folder.resolve(index.getFileName()), index);
  }

  private void writeTarget(List<String> shardsBefore) throws IOException {
    List<String> lines = new ArrayList<>(List.of(index.getFileName().toString()));
    lines.addAll(shardsBefore);
    Files.write(folder.resolve(TARGET), lines, StandardCharsets.UTF_8);
  }

  /** What an index says of its set; empty if there is none, or it says nothing that can be understood. */
  private static Optional<IndexHead> headOf(Path index) throws IOException {
    if (Files.notExists(index)) {
      return Optional.empty();
    }
    try {
      return Optional.of(IndexReader.head(index));
    } catch (InputException e) {
      if (e.getCause() instanceof IOException cause
          && !(cause instanceof JsonProcessingException)) {
        throw cause;
      }
      return Optional.empty();
    }
  }

  /**
   * Finishes what somebody has left who died.
   *
   * @param folder of a set
   * @return whether its set is in its place, and all shards are now; else no index needs the folder
   * @throws IOException if it cannot be finished, or told
   */
  public static boolean finish(Path folder) throws IOException {
    Optional<String> set = set(folder);
    List<String> lines = lines(folder);
    if (set.isEmpty() || lines.isEmpty() || !isPlain(lines.get(0))) {
      return false;
    }
    Path index = folder.resolveSibling(lines.get(0));
    return SetLock.hold(index, () -> {
      if (!headOf(index).flatMap(IndexHead::set).equals(set)) {
        return false;
      }
      new SetStaging(index, folder, true).finish();
      return true;
    });
  }

  private static boolean isPlain(String name) {
    return name.endsWith(ShardIndex.SUFFIX) && name.indexOf('/') < 0 && name.indexOf('\0') < 0;
  }

  private static List<String> lines(Path folder) throws IOException {
    Path target = folder.resolve(TARGET);
    if (!Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    return Files.readAllLines(target, StandardCharsets.UTF_8);
  }

  /** Gives all shards their places, and removes those of the set before. Can be done again at any time. */
  private void finish() throws IOException {
    List<Shard> shards = headOf(index)
        .orElseThrow(() -> new IOException(index + " is no index any more"))
        .shards();
    for (Shard shard : shards) {
      try {
        move(folder.resolve(shard.file()), index.resolveSibling(shard.file()));
      } catch (NoSuchFileException e) {
        // It is there already.
        continue;
      }
    }
    if (durable) {
      force(index.toAbsolutePath().getParent());
    }
    Set<String> needed = shards.stream().map(Shard::file).collect(Collectors.toSet());
    List<String> lines = lines(folder);
    for (String name : lines.subList(Math.min(1, lines.size()), lines.size())) {
      if (!needed.contains(name) && name.indexOf('/') < 0 && name.endsWith(".npz")) {
        Files.deleteIfExists(index.resolveSibling(name));
      }
    }
    Files.deleteIfExists(folder.resolve(TARGET));
    try {
      Files.deleteIfExists(folder);
    } catch (DirectoryNotEmptyException e) {
      throw new IOException("something else is in " + folder + "; look at it and remove it", e);
    }
  }

  /** Within one file system, so that nobody ever sees a part of it. */
  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException("cannot rename " + from + " to " + to + ": " + e.getReason(), e);
    }
  }

  private static void force(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}

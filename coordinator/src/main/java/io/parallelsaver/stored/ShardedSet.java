package io.parallelsaver.stored;

import io.parallelsaver.array.FileData;
import io.parallelsaver.array.JoinedData;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.array.PythonText;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.npz.Crc32;
import io.parallelsaver.shards.Part;
import io.parallelsaver.shards.Shard;
import io.parallelsaver.shards.ShardIndex;
import io.parallelsaver.shards.ShardedArray;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The arrays of a sharded set, found by its index; no shard's directory is read. A shard is opened when an array in it is asked for, and
 * stays open.
 */
public final class ShardedSet extends StoredArrays {
  private final ShardIndex index;

  /** The index, open so that no other file gets its key: whoever looks whether it was replaced goes by that. */
  private final FileChannel held;

  private final ShardFile[] shards;

  /** Shards that did not have their places yet when they were looked for: whoever has put the set into its place gives them theirs. */
  private final Set<Path> unplaced = new HashSet<>();

  private final int maxHeader;

  ShardedSet(Path path, int maxHeader) throws IOException {
    super(path, Format.NPZ);
    this.held = FileChannel.open(path, StandardOpenOption.READ);
    try {
      this.index = ShardIndex.read(path);
    } catch (RuntimeException e) {
      held.close();
      throw e;
    }
    this.shards = new ShardFile[index.head().shards().size()];
    this.maxHeader = maxHeader;
  }

  /** The index itself. */
  public ShardIndex index() {
    return index;
  }

  @Override
  public Collection<String> keys() {
    return index.arrays().keySet();
  }

  @Override
  public Optional<NDArray> find(String key) {
    return Optional.ofNullable(index.arrays().get(key)).map(this::array);
  }

  /**
   * The bytes of a part, where they stand; what is before them has been compared with the index.
   *
   * @throws CorruptException if the shard is not there, or has something else in this place
   */
  public FileData part(ShardedArray array, Part part) {
    try {
      return shard(array, part.shard()).data(part, array.spec(part));
    } catch (IOException e) {
      throw unreadable(index.file(part.shard()), e);
    }
  }

  private NDArray array(ShardedArray array) {
    List<FileData> parts = new ArrayList<>(array.parts().size());
    int crc = 0;
    for (Part part : array.parts()) {
      FileData data = part(array, part);
      crc = Crc32.combine(crc, data.crc().getAsInt(), data.length());
      parts.add(data);
    }
    return NDArray.of(
        array.spec(),
        parts.size() == 1 ? parts.get(0) : new JoinedData(parts, OptionalInt.of(crc)));
  }

  @Override
  public synchronized boolean hasMoved() {
    return unplaced.stream().anyMatch(Files::notExists);
  }

  private synchronized ShardFile shard(ShardedArray array, int number) throws IOException {
    if (shards[number] == null) {
      try {
        shards[number] = open(number);
      } catch (NoSuchFileException e) {
        throw new CorruptException(
            path() + ": shard " + index.head().shards().get(number).file()
                + " is not there, in which array " + PythonText.quoteStart(array.key())
                + " stands");
      }
    }
    return shards[number];
  }

  private ShardFile open(int number) throws IOException {
    Shard shard = index.head().shards().get(number);
    Path file = index.file(number);
    Path place = path().resolveSibling(shard.file());
    if (file.equals(place)) {
      return ShardFile.open(place, shard, maxHeader);
    }
    unplaced.add(file);
    try {
      return ShardFile.open(file, shard, maxHeader);
    } catch (NoSuchFileException e) {
      // It has been given its place since it was looked for.
      return ShardFile.open(place, shard, maxHeader);
    }
  }

  @Override
  public long contentSize() {
    return index.head().totalSize();
  }

  @Override
  void closeFiles() throws IOException {
    held.close();
    for (ShardFile shard : shards) {
      if (shard != null) {
        shard.close();
      }
    }
  }
}

package io.parallelsaver.stored;

import io.parallelsaver.array.FileData;
import io.parallelsaver.array.JoinedData;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.array.PythonText;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.npz.Crc32;
import io.parallelsaver.shards.Part;
import io.parallelsaver.shards.ShardIndex;
import io.parallelsaver.shards.ShardedArray;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The arrays of a sharded set, found by its index; no shard's directory is read. A shard is opened when an array in it is asked for, and
 * stays open.
 */
public final class ShardedSet extends StoredArrays {
  private final ShardIndex index;
  private final ShardFile[] shards;
  private final int maxHeader;

  ShardedSet(Path path, int maxHeader) {
    super(path, Format.NPZ);
    this.index = ShardIndex.read(path);
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

  private synchronized ShardFile shard(ShardedArray array, int number) throws IOException {
    if (shards[number] == null) {
      Path file = index.file(number);
      try {
        shards[number] = ShardFile.open(file, index.head().shards().get(number), maxHeader);
      } catch (NoSuchFileException e) {
        throw new CorruptException(path() + ": shard " + file.getFileName()
            + " is not there, in which array " + PythonText.quoteStart(array.key()) + " stands");
      }
    }
    return shards[number];
  }

  @Override
  public long contentSize() {
    return index.head().totalSize();
  }

  @Override
  void closeFiles() throws IOException {
    for (ShardFile shard : shards) {
      if (shard != null) {
        shard.close();
      }
    }
  }
}

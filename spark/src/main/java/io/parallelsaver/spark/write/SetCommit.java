package io.parallelsaver.spark.write;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.PythonText;
import io.parallelsaver.error.InputException;
import io.parallelsaver.npy.NpyHeader;
import io.parallelsaver.shards.IndexHead;
import io.parallelsaver.shards.IndexWriter;
import io.parallelsaver.shards.Shard;
import io.parallelsaver.shards.ShardIndex;
import io.parallelsaver.shards.ShardedArray;
import io.parallelsaver.spark.plan.SetIndex;
import io.parallelsaver.spark.storage.Storage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;

/** The set that a job makes: the shards of its tasks, after those that were there before if it appends. */
final class SetCommit {
  private final Storage storage;
  private final String index;
  private final String job;
  private final List<Shard> shards = new ArrayList<>();
  private final List<ShardedArray> old = new ArrayList<>();
  private final List<WrittenShard> written;
  private final Map<ByteBuffer, ArraySpec> specs = new HashMap<>();
  private final boolean rows;
  private long totalSize;

  /**
   * @param index where it goes
   * @param job part of the names of shards that others must not have
   * @param rows whether shards hold rows of all arrays, and not arrays
   */
  SetCommit(Storage storage, String index, String job, List<WrittenShard> written, boolean rows) {
    this.storage = storage;
    this.index = index;
    this.job = job;
    this.written = written;
    this.rows = rows;
  }

  /** Takes over what is there. */
  void keepOld() {
    IndexHead head = SetIndex.read(storage, index, old::add);
    shards.addAll(head.shards());
    totalSize = head.totalSize();
  }

  /**
   * @throws InputException if what was written makes no set
   */
  void check() {
    if (!rows) {
      checkKeys();
    } else if (written.isEmpty() && old.isEmpty()) {
      throw new InputException("the frame has no rows, so there is no array to be saved");
    } else {
      joined(shards.size());
    }
  }

  private List<ShardedArray> joined(int first) {
    return new JoinedRows(old).with(written, first);
  }

  /** Two arrays must not have one key. */
  private void checkKeys() {
    Set<String> keys = new HashSet<>();
    for (ShardedArray array : old) {
      keys.add(array.key());
    }
    for (WrittenShard shard : written) {
      for (WrittenArray array : shard.arrays()) {
        if (!keys.add(array.key())) {
          throw new InputException(
              "array " + PythonText.quote(array.key()) + " is there twice; rename one of the two");
        }
      }
    }
  }

  /**
   * Moves the shards to the names they will have.
   *
   * @param folder where to
   * @return their paths
   */
  List<String> moveShards(String folder) throws IOException {
    List<String> moved = new ArrayList<>();
    for (WrittenShard shard : written) {
      String name = name(moved.size() + 1);
      String path = Storage.child(folder, name);
      storage.rename(shard.path(), path);
      moved.add(path);
      shards.add(new Shard(name, shard.size()));
    }
    return moved;
  }

  /** A set that takes the place of another all at once may have its names; else they are the job's own. */
  private String name(int number) {
    if (old.isEmpty() && storage.local(index).isPresent()) {
      return ShardIndex.shardName(Path.of(Storage.name(index)), number, written.size());
    }
    String name = Storage.name(index);
    String stem = name.substring(0, name.length() - SetIndex.SUFFIX.length());
    return String.format(Locale.ROOT, "%s-%s-%05d-of-%05d.npz", stem, job, number, written.size());
  }

  /** Writes the index of all that was kept and moved. */
  void writeIndex(String path, Optional<String> set, boolean durable) throws IOException {
    for (WrittenShard shard : written) {
      for (WrittenArray array : shard.arrays()) {
        totalSize += array.length();
      }
    }
    try (OutputStream out = storage.create(path, durable)) {
      IndexWriter.write(out, new IndexHead(totalSize, set, shards), this::arrays);
    }
  }

  /** All arrays, each made when its turn comes. */
  private Iterator<ShardedArray> arrays() {
    int first = shards.size() - written.size();
    if (rows) {
      return joined(first).iterator();
    }
    return new Iterator<>() {
      private final Iterator<ShardedArray> kept = old.iterator();
      private int shard;
      private int array;

      @Override
      public boolean hasNext() {
        while (shard < written.size() && array == written.get(shard).arrays().length) {
          shard++;
          array = 0;
        }
        return kept.hasNext() || shard < written.size();
      }

      @Override
      public ShardedArray next() {
        if (kept.hasNext()) {
          return kept.next();
        } else if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return sharded(written.get(shard).arrays()[array++], first + shard);
      }
    };
  }

  private ShardedArray sharded(WrittenArray array, int shard) {
    ArraySpec spec = specs.computeIfAbsent(
        ByteBuffer.wrap(array.spec()), header -> NpyHeader.parse(header).spec());
    return new ShardedArray(array.key(), spec, List.of(array.part(shard, ShardedArray.rows(spec))));
  }
}

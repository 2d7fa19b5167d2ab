package io.parallelsaver.spark.plan;

import io.parallelsaver.error.CorruptException;
import io.parallelsaver.shards.IndexHead;
import io.parallelsaver.shards.IndexReader;
import io.parallelsaver.shards.Part;
import io.parallelsaver.shards.Shard;
import io.parallelsaver.shards.ShardIndex;
import io.parallelsaver.shards.ShardedArray;
import io.parallelsaver.spark.storage.Storage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The index of a sharded set, wherever it is. */
public final class SetIndex {
  /** What the name of an index ends with. */
  public static final String SUFFIX = ".npz" + ShardIndex.SUFFIX;

  private SetIndex() {}

  /** Where the index of the set in a directory is, which is called as the directory is. */
  public static String path(String directory) {
    return Storage.child(directory, Storage.name(directory) + SUFFIX);
  }

  /**
   * Reads an index as it streams by.
   *
   * @throws CorruptException if it is none
   */
  public static IndexHead read(Storage storage, String index, Consumer<ShardedArray> arrays) {
    return IndexReader.read(index, () -> storage.read(index), arrays);
  }

  /** Where all arrays of a set are. */
  static List<ArrayPlace> places(Storage storage, String index, Headers headers)
      throws IOException {
    List<ShardedArray> arrays = new ArrayList<>();
    IndexHead head = read(storage, index, arrays::add);
    String[] files = files(storage, index, head);
    List<ArrayPlace> places = new ArrayList<>(arrays.size());
    for (ShardedArray array : arrays) {
      Piece[] pieces = new Piece[array.parts().size()];
      for (int i = 0; i < pieces.length; i++) {
        Part part = array.parts().get(i);
        pieces[i] = Piece.of(files[part.shard()], part);
      }
      places.add(new ArrayPlace(array.key(), headers.of(array.spec()), pieces));
    }
    return places;
  }

  /** The shards as they stand now: a set of this host's may not have been given all its names yet. */
  private static String[] files(Storage storage, String index, IndexHead head) {
    String directory = index.substring(0, index.lastIndexOf('/'));
    ShardIndex local =
        storage.local(index).map(path -> new ShardIndex(path, head, Map.of())).orElse(null);
    String[] files = new String[head.shards().size()];
    for (int i = 0; i < files.length; i++) {
      Shard shard = head.shards().get(i);
      Path staged = local == null ? null : local.file(i);
      files[i] = staged == null ? Storage.child(directory, shard.file()) : staged.toString();
    }
    return files;
  }
}

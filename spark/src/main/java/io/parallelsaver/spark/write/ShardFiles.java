package io.parallelsaver.spark.write;

import io.parallelsaver.NamedArrays;
import io.parallelsaver.spark.WriteOptions;
import io.parallelsaver.spark.storage.Storage;
import io.parallelsaver.spark.storage.Storages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkEnv;

/**
 * The shards of one attempt of a task. They go to the job's staging directory, under names of its own; what stays there of attempts that are
 * not committed, or are killed, goes with that directory.
 */
final class ShardFiles {
  private final WriteOptions options;
  private final Storage storage;
  private final String prefix;
  private final List<WrittenShard> shards = new ArrayList<>();

  /**
   * @param prefix of the paths of all shards
   */
  ShardFiles(WriteOptions options, Storages storages, String prefix) throws IOException {
    this.options = options;
    this.storage = storages.at(prefix);
    this.prefix = prefix;
  }

  /** How many there are. */
  int count() {
    return shards.size();
  }

  /**
   * Saves another one.
   *
   * @param suffix what its members have behind the keys of the arrays
   */
  void save(NamedArrays arrays, String suffix) throws IOException {
    String path = prefix + "-" + shards.size() + ".npz";
    Optional<Path> local = storage.local(path);
    Path file = local.orElseGet(() -> scratch(Storage.name(path)));
    HostSaver.of(options).save(file, arrays);
    shards.add(WrittenShard.of(path, file, arrays.asMap(), suffix));
    if (local.isEmpty()) {
      storage.bring(file, path);
    }
  }

  /** Where the executor keeps its own files: what a killed one leaves there, the host's worker of Spark removes. */
  private static Path scratch(String name) {
    return SparkEnv.get()
        .blockManager()
        .diskBlockManager()
        .localDirs()[0]
        .toPath()
        .resolve(name);
  }

  WrittenShards written() {
    return new WrittenShards(shards.toArray(WrittenShard[]::new));
  }

  void delete() throws IOException {
    for (WrittenShard shard : shards) {
      storage.delete(shard.path());
    }
  }
}

package io.parallelsaver.spark.write;

import io.parallelsaver.NamedArrays;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.spark.WriteOptions;
import io.parallelsaver.spark.storage.Storage;
import io.parallelsaver.spark.storage.Storages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkEnv;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.write.DataWriter;
import org.apache.spark.sql.connector.write.WriterCommitMessage;

/**
 * One attempt of a task. Its shards go to the job's staging directory, under names of its own; what stays there of attempts that are not
 * committed, or are killed, goes with that directory.
 */
final class ShardWriter implements DataWriter<InternalRow> {
  private final WriteOptions options;
  private final Storage storage;
  private final String prefix;
  private final ArrayRows rows;
  private final List<WrittenShard> shards = new ArrayList<>();
  private NamedArrays held = NamedArrays.of();
  private long bytes;

  /**
   * @param prefix of the paths of all its shards
   */
  ShardWriter(WriteOptions options, Storages storages, String prefix, ArrayRows rows)
      throws IOException {
    this.options = options;
    this.storage = storages.at(prefix);
    this.prefix = prefix;
    this.rows = rows;
  }

  @Override
  public void write(InternalRow row) throws IOException {
    NDArray array = rows.array(row);
    if (bytes > 0 && bytes + array.spec().byteSize() > options.shardBytes()) {
      save();
    }
    held.and(rows.key(row), array);
    bytes += array.spec().byteSize();
  }

  @Override
  public WriterCommitMessage commit() throws IOException {
    if (!held.asMap().isEmpty()) {
      save();
    }
    return new WrittenShards(shards.toArray(WrittenShard[]::new));
  }

  private void save() throws IOException {
    String path = prefix + "-" + shards.size() + ".npz";
    Optional<Path> local = storage.local(path);
    Path file = local.orElseGet(() -> scratch(Storage.name(path)));
    HostSaver.of(options).save(file, held);
    shards.add(WrittenShard.of(path, file, held.asMap()));
    if (local.isEmpty()) {
      storage.bring(file, path);
    }
    held = NamedArrays.of();
    bytes = 0;
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

  @Override
  public void abort() throws IOException {
    for (WrittenShard shard : shards) {
      storage.delete(shard.path());
    }
  }

  @Override
  public void close() {
    held = NamedArrays.of();
  }
}

package io.parallelsaver.spark.write;

import io.parallelsaver.array.PythonText;
import io.parallelsaver.error.InputException;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.spark.WriteOptions;
import io.parallelsaver.spark.plan.ArrayPlace;
import io.parallelsaver.spark.plan.Headers;
import io.parallelsaver.spark.plan.Piece;
import io.parallelsaver.spark.plan.SetIndex;
import io.parallelsaver.spark.storage.Storage;
import io.parallelsaver.spark.storage.Storage.Entry;
import io.parallelsaver.spark.storage.Storages;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.write.BatchWrite;
import org.apache.spark.sql.connector.write.DataWriter;
import org.apache.spark.sql.connector.write.DataWriterFactory;
import org.apache.spark.sql.connector.write.PhysicalWriteInfo;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
import org.slf4j.LoggerFactory;

/**
 * One job. Tasks write below a staging directory; when all are committed, the driver gives the shards their names beside those that are
 * there, none of which has the job's name, and renames the index into place. Then the old shards go.
 *
 * <pre>
 * results/
 *   .parallel-saver-JOB/00003-17-0.npz        of partition 3, task attempt 17
 *   results-JOB-00004-of-00016.npz
 *   results.npz.index.json                    what counts
 * </pre>
 */
final class JobWrite implements BatchWrite {
  private final WriteOptions options;
  private final Storages storages;
  private final Storage storage;
  private final String job;
  private final ArrayRows rows;
  private final boolean append;
  private final String directory;
  private final String staging;
  private final String index;

  /** The index when the job began; it must be the same at the end. */
  private Optional<Entry> before = Optional.empty();

  /** Shards that have their names, as long as no index lists them. */
  private final List<String> named = new ArrayList<>();

  JobWrite(WriteOptions options, Storages storages, String job, ArrayRows rows, boolean append) {
    this.options = options;
    this.storages = storages;
    this.job = job;
    this.rows = rows;
    this.append = append;
    try {
      this.directory = storages.absolute(options.path());
      this.storage = storages.at(directory);
    } catch (IOException e) {
      throw new InputException("cannot save to " + options.path() + ": " + e, e);
    }
    this.staging = Storage.child(directory, ".parallel-saver-" + job);
    this.index = SetIndex.path(directory);
  }

  @Override
  public DataWriterFactory createBatchWriterFactory(PhysicalWriteInfo info) {
    try {
      storage.makeDirectory(staging);
      before = storage.find(index);
    } catch (IOException e) {
      throw new SaverException("cannot save to " + directory + ": " + e, e);
    }
    return new Factory(options, storages, staging, rows);
  }

  private record Factory(WriteOptions options, Storages storages, String staging, ArrayRows rows)
      implements DataWriterFactory {
    @Override
    public DataWriter<InternalRow> createWriter(int partition, long task) {
      try {
        String prefix = Storage.child(staging, String.format("%05d-%d", partition, task));
        return new ShardWriter(options, storages, prefix, rows);
      } catch (IOException e) {
        throw new SaverException("cannot write to " + staging + ": " + e, e);
      }
    }
  }

  @Override
  public void commit(WriterCommitMessage[] messages) {
    List<Shard> shards = new ArrayList<>();
    for (WriterCommitMessage message : messages) {
      shards.addAll(List.of(((Shards) message).shards()));
    }
    try {
      List<ArrayPlace> old =
          before.isPresent() ? SetIndex.read(storage, index, new Headers()) : List.<ArrayPlace>of();
      List<ArrayPlace> arrays = new ArrayList<>(append ? old : List.of());
      nameShards(shards, arrays);
      checkKeys(arrays);
      writeIndex(arrays);
      named.clear();
      if (!append) {
        removeAll(files(old));
      }
    } catch (IOException e) {
      throw new SaverException("cannot finish " + directory + ": " + e, e);
    }
    removeStaging();
  }

  private void nameShards(List<Shard> shards, List<ArrayPlace> arrays) throws IOException {
    String stem = Storage.name(directory) + "-" + job;
    int number = 0;
    for (Shard shard : shards) {
      String name = String.format("%s-%05d-of-%05d.npz", stem, ++number, shards.size());
      String path = Storage.child(directory, name);
      storage.rename(shard.path(), path);
      named.add(path);
      for (ArrayPlace array : shard.arrays()) {
        arrays.add(moved(array, path));
      }
    }
    if (options.durable()) {
      storage.sync(directory);
    }
  }

  private static ArrayPlace moved(ArrayPlace array, String path) {
    Piece[] pieces = new Piece[array.pieces().length];
    for (int i = 0; i < pieces.length; i++) {
      Piece piece = array.pieces()[i];
      pieces[i] = new Piece(
          path, piece.offset(), piece.length(), piece.member(), piece.seekable(), piece.crc());
    }
    return new ArrayPlace(array.key(), array.header(), pieces);
  }

  private static void checkKeys(List<ArrayPlace> arrays) {
    Set<String> keys = new HashSet<>();
    for (ArrayPlace array : arrays) {
      if (!keys.add(array.key())) {
        throw new InputException(
            "array " + PythonText.quote(array.key()) + " is there twice; rename one of the two");
      }
    }
  }

  private void writeIndex(List<ArrayPlace> arrays) throws IOException {
    String unfinished = Storage.child(staging, Storage.name(index));
    SetIndex.write(storage, unfinished, arrays, options.durable());
    Optional<Entry> now = storage.find(index);
    if (!now.equals(before)) {
      throw new SaverException(
          index
              + " has been changed by somebody else since this job began; nothing was changed by it, run it again");
    }
    storage.replace(unfinished, index);
    if (options.durable()) {
      storage.sync(directory);
    }
  }

  private static Set<String> files(List<ArrayPlace> arrays) {
    Set<String> files = new LinkedHashSet<>();
    for (ArrayPlace array : arrays) {
      for (Piece piece : array.pieces()) {
        files.add(piece.file());
      }
    }
    return files;
  }

  @Override
  public void abort(WriterCommitMessage[] messages) {
    removeAll(named);
    named.clear();
    removeStaging();
  }

  private void removeAll(Iterable<String> paths) {
    for (String path : paths) {
      remove(path);
    }
  }

  private void removeStaging() {
    remove(staging);
  }

  /** The set is what its index says, whatever else is there. */
  private void remove(String path) {
    try {
      storage.delete(path);
    } catch (IOException e) {
      LoggerFactory.getLogger(JobWrite.class).warn("cannot remove {}: {}", path, e.toString());
    }
  }
}

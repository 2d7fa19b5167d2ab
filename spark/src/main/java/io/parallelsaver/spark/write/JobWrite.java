package io.parallelsaver.spark.write;

import io.parallelsaver.error.InputException;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.shards.SetStaging;
import io.parallelsaver.spark.WriteOptions;
import io.parallelsaver.spark.plan.SetIndex;
import io.parallelsaver.spark.storage.Storage;
import io.parallelsaver.spark.storage.Storage.Entry;
import io.parallelsaver.spark.storage.Storages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.write.BatchWrite;
import org.apache.spark.sql.connector.write.DataWriter;
import org.apache.spark.sql.connector.write.DataWriterFactory;
import org.apache.spark.sql.connector.write.PhysicalWriteInfo;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One job. Tasks write into a staging directory, which goes with all that is left in it. When all are committed, the driver gives the shards
 * their names, and renames the index into place: that is the moment the set is there.
 *
 * <pre>
 * results/
 *   .parallel-saver-JOB/00003-17-0.npz        of partition 3, task attempt 17
 *   results-00004-of-00016.npz
 *   results.npz.index.json                    what counts
 * </pre>
 */
final class JobWrite implements BatchWrite {
  private final WriteOptions options;
  private final Storages storages;
  private final Storage storage;
  private final String job;
  private final TaskWriters writers;
  private final boolean append;
  private final String directory;
  private final String staging;
  private final String index;

  /** The index when the job began; it must be the same at the end. */
  private Optional<Entry> before = Optional.empty();

  /** What has left the staging directory, as long as no index lists it. */
  private final List<String> moved = new ArrayList<>();

  JobWrite(
      WriteOptions options, Storages storages, String job, TaskWriters writers, boolean append) {
    this.options = options;
    this.storages = storages;
    this.job = job;
    this.writers = writers;
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
    return new Factory(writers, options, storages, staging, job);
  }

  private record Factory(
      TaskWriters writers, WriteOptions options, Storages storages, String staging, String job)
      implements DataWriterFactory {
    @Override
    public DataWriter<InternalRow> createWriter(int partition, long task) {
      try {
        String prefix =
            Storage.child(staging, String.format(Locale.ROOT, "%05d-%d", partition, task));
        String part = String.format(Locale.ROOT, "%s-%05d", job, partition);
        return writers.writer(new ShardFiles(options, storages, prefix), part);
      } catch (IOException e) {
        throw new SaverException("cannot write to " + staging + ": " + e, e);
      }
    }
  }

  @Override
  public void commit(WriterCommitMessage[] messages) {
    List<WrittenShard> shards = new ArrayList<>();
    for (WriterCommitMessage message : messages) {
      shards.addAll(List.of(((WrittenShards) message).shards()));
    }
    try {
      SetCommit set = new SetCommit(storage, index, job, shards, options.rows());
      if (append && before.isPresent()) {
        set.keepOld();
      }
      set.check();
      Optional<Path> local = storage.local(index);
      if (local.isPresent()) {
        commitHere(set, local.get());
      } else {
        commitThere(set);
      }
    } catch (IOException e) {
      throw new SaverException("cannot finish " + directory + ": " + e, e);
    }
    removeStaging();
  }

  /** On this host's files sets replace each other as all do here. */
  private void commitHere(SetCommit set, Path place) throws IOException {
    String name = "spark-" + job;
    String folder = SetStaging.folder(place, name).toString();
    moved.add(folder);
    storage.makeDirectory(folder);
    set.moveShards(folder);
    set.writeIndex(
        Storage.child(folder, Storage.name(index)), Optional.of(name), options.durable());
    checkUnchanged();
    Optional<IOException> failure = SetStaging.commit(place, name, options.durable());
    moved.clear();
    failure.ifPresent(e -> log().warn("{} is in its place, but not cleaned up: {}", index, e));
  }

  /** Elsewhere nothing but the index has a name that was there before. */
  private void commitThere(SetCommit set) throws IOException {
    Set<String> old = append ? Set.of() : oldShards();
    moved.addAll(set.moveShards(directory));
    String unfinished = Storage.child(staging, Storage.name(index));
    set.writeIndex(unfinished, Optional.empty(), options.durable());
    checkUnchanged();
    storage.replace(unfinished, index);
    moved.clear();
    old.forEach(this::remove);
  }

  private Set<String> oldShards() {
    Set<String> paths = new LinkedHashSet<>();
    if (before.isPresent()) {
      try {
        SetIndex.read(storage, index, array -> {}).shards().stream()
            .map(shard -> Storage.child(directory, shard.file()))
            .forEach(paths::add);
      } catch (InputException e) {
        log().warn("{} is replaced; what it lists stays, since it cannot be read", index, e);
      }
    }
    return paths;
  }

  private void checkUnchanged() throws IOException {
    if (!storage.find(index).equals(before)) {
      throw new SaverException(
          index
              + " has been changed by somebody else since this job began; it is as they left it, run the job again");
    }
  }

  @Override
  public void abort(WriterCommitMessage[] messages) {
    moved.forEach(this::remove);
    moved.clear();
    removeStaging();
  }

  private void removeStaging() {
    remove(staging);
  }

  /** The set is what its index says, whatever else is there. */
  private void remove(String path) {
    try {
      storage.delete(path);
    } catch (IOException e) {
      log().warn("cannot remove {}: {}", path, e.toString());
    }
  }

  private static Logger log() {
    return LoggerFactory.getLogger(JobWrite.class);
  }
}

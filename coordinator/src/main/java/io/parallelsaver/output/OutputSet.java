package io.parallelsaver.output;

import io.parallelsaver.error.FileFailure;
import io.parallelsaver.error.InputException;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.error.StorageFullException;
import io.parallelsaver.shards.IndexHead;
import io.parallelsaver.shards.IndexWriter;
import io.parallelsaver.shards.SetStaging;
import io.parallelsaver.shards.Shard;
import io.parallelsaver.shards.ShardIndex;
import io.parallelsaver.shards.ShardedArray;
import io.parallelsaver.shm.FreeSpace;
import io.parallelsaver.shm.PrivateFile;
import io.parallelsaver.shm.RunDirectory;
import io.parallelsaver.shm.Trees;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.LoggerFactory;

/**
 * The files of a sharded set that a save writes, in a folder beside the index, as {@link SetStaging} has it. {@code prepare}, then for each
 * shard {@code finish}, then {@code commit}; or {@code rollback}.
 */
public final class OutputSet {
  private static final Set<OpenOption> CREATE =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  private static final Set<PosixFilePermission> OPEN_TO_READERS =
      PosixFilePermissions.fromString("rwxr-xr-x");

  private final RunDirectory run;
  private final long call;
  private final Path index;
  private final String set;
  private final Path folder;
  private final List<Shard> shards;
  private final Durability durability;

  /** Null unless there is a set that this one will replace. */
  private Set<PosixFilePermission> permissions;

  private OutputSet(
      RunDirectory run, long call, Path index, List<Shard> shards, Durability durability) {
    this.run = run;
    this.call = call;
    this.index = index;
    this.set = run.set(call);
    this.folder = SetStaging.folder(index, set);
    this.shards = shards;
    this.durability = durability;
  }

  /**
   * Makes the folder and the unfinished shards in it, in their full lengths.
   *
   * @param index where the index will be
   * @throws InputException if an archive has the name of the set
   * @throws StorageFullException if the file system has no room for the shards
   * @throws SaverException if there is no such directory, or it cannot be written
   */
  public static OutputSet prepare(
      RunDirectory run, long call, Path index, List<Shard> shards, Durability durability) {
    OutputSet output = new OutputSet(run, call, index.toAbsolutePath(), shards, durability);
    try {
      output.check();
      output.make();
      return output;
    } catch (IOException e) {
      SaverException failure =
          FileFailure.of("cannot write to " + output.folder, output.index, output.bytes(), e);
      output.rollback(failure);
      throw failure;
    } catch (SaverException e) {
      output.rollback(e);
      throw e;
    }
  }

  private long bytes() {
    return shards.stream().mapToLong(Shard::size).sum();
  }

  private void check() throws IOException {
    Path directory = index.getParent();
    if (!Files.isDirectory(directory)) {
      throw new SaverException(
          "cannot write to " + index + ": there is no directory " + directory + "; make it first");
    }
    String name = index.getFileName().toString();
    Path archive =
        index.resolveSibling(name.substring(0, name.length() - ShardIndex.SUFFIX.length()));
    if (Files.exists(archive)) {
      throw new InputException("cannot save a sharded set as " + index + ": there is " + archive
          + ", and whoever asks for it would get that; remove it, or name the set differently");
    }
    if (Files.isSymbolicLink(index)) {
      throw new InputException("cannot save a sharded set as " + index
          + ": it is a symbolic link, and shards stand beside their index; name its real place");
    }
    for (Shard shard : shards) {
      if (Files.isDirectory(index.resolveSibling(shard.file()))) {
        throw new InputException(
            index.resolveSibling(shard.file()) + " is a directory; remove it first");
      }
    }
    long there = FreeSpace.of(directory);
    if (there < bytes()) {
      throw new StorageFullException(index + " needs " + bytes()
          + " bytes for its shards, its file system has " + there
          + " left; make room there, or save elsewhere");
    }
    if (Files.exists(index)) {
      permissions = Files.getPosixFilePermissions(index);
    }
  }

  private void make() throws IOException {
    run.noteAndMake(call, folder, List.of(), () -> {
      PrivateFile.createDirectory(folder);
      return null;
    });
    for (int i = 0; i < shards.size(); i++) {
      try (FileChannel channel = create(unfinished(i))) {
        // As in OutputFile: writes within the length run side by side.
        if (shards.get(i).size() > 0) {
          channel.write(ByteBuffer.allocate(1), shards.get(i).size() - 1);
        }
      }
    }
  }

  /** What replaces something is open to the same people, from its first moment on. */
  private FileChannel create(Path file) throws IOException {
    if (permissions == null) {
      return FileChannel.open(file, CREATE);
    }
    Set<PosixFilePermission> all =
        EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    all.addAll(permissions);
    FileAttribute<?> attribute = PosixFilePermissions.asFileAttribute(all);
    FileChannel channel = FileChannel.open(file, CREATE, attribute);
    Files.setPosixFilePermissions(file, all);
    return channel;
  }

  /** Where workers write a shard. */
  public Path unfinished(int shard) {
    return folder.resolve(shards.get(shard).file());
  }

  /** Gives a shard all its blocks; see {@link OutputFile#allocate}. */
  public void allocate(int shard) {
    Preallocation.of(unfinished(shard), shards.get(shard).size());
  }

  /** Bytes that could not be known before. */
  public record Late(ByteBuffer bytes, long offset) {}

  /** Writes the last bytes of a shard, and makes it durable if it is to be. Any thread may finish a shard. */
  public void finish(int shard, List<Late> last) {
    Path file = unfinished(shard);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (Late late : last) {
        long at = late.offset();
        while (late.bytes().hasRemaining()) {
          at += channel.write(late.bytes(), at);
        }
      }
      if (durability == Durability.SYNC) {
        channel.force(true);
      }
    } catch (IOException e) {
      throw FileFailure.of("cannot finish " + file, file, 0, e);
    }
  }

  /**
   * Writes the index, and puts the set into its place.
   *
   * @param arrays in the order of the index
   */
  public void commit(Iterable<ShardedArray> arrays) {
    Optional<IOException> problem;
    try {
      writeIndex(arrays);
      Files.setPosixFilePermissions(folder, OPEN_TO_READERS);
      problem = run.gate().pass(() -> SetStaging.commit(index, set, durability == Durability.SYNC));
    } catch (IOException e) {
      throw FileFailure.of("cannot finish " + index, index, 0, e);
    }
    if (problem.isPresent()) {
      throw FileFailure.of(
          index
              + " is whole and in its place, but not all that belongs to it could be put there, or made"
              + " durable; the next save, or 'parallel-saver clean --in "
              + index.getParent() + "', goes on with that",
          index,
          0,
          problem.get());
    }
    try {
      run.forgetLitter(call);
    } catch (IOException e) {
      LoggerFactory.getLogger(OutputSet.class).debug("cannot forget {}: {}", folder, e.toString());
    }
  }

  private void writeIndex(Iterable<ShardedArray> arrays) throws IOException {
    long total = 0;
    for (ShardedArray array : arrays) {
      total += array.spec().byteSize();
    }
    IndexHead head = new IndexHead(total, Optional.of(set), shards);
    try (FileChannel channel = create(folder.resolve(index.getFileName()));
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel))) {
      IndexWriter.write(out, head, arrays);
      out.flush();
      if (durability == Durability.SYNC) {
        channel.force(true);
      }
    }
  }

  /** Removes what is unfinished; the set that was there before stays. */
  public void rollback(Throwable cause) {
    if (run.gate().isShut()) {
      // As in OutputFile.
      return;
    }
    try {
      if (!SetStaging.finish(folder)) {
        Trees.delete(folder);
      }
      run.forgetLitter(call);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }
}

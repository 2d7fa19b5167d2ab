package io.parallelsaver.transfer;

import io.parallelsaver.job.JobFile;
import io.parallelsaver.job.JobFile.Mode;
import io.parallelsaver.shm.Arena;
import io.parallelsaver.shm.Mapping;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The files that the calls under way use. A handle belongs to a call and the number of a file in it, never to a path: paths are
 * unlinked and made anew.
 */
final class OpenFiles implements AutoCloseable {
  /** Beyond this the one used longest ago is closed: a call may write more files than a process may hold open. */
  private static final int MOST = 128;

  private static final int MOST_BLOCKS = 4;

  private record Key(long call, int number) {}

  private final Path arenaFile;
  private final Plans plans;
  private final Map<Key, TransferFile> open = new LinkedHashMap<>(16, 0.75f, true);
  private ByteBuffer arena;

  /** Kept from call to call, since each page would have to be mapped anew otherwise. */
  private final Map<Path, MappedBlock> blocks = new LinkedHashMap<>(16, 0.75f, true);

  OpenFiles(Path arenaFile, Plans plans) {
    this.arenaFile = arenaFile;
    this.plans = plans;
  }

  /**
   * A file of a call's plan, open.
   *
   * @throws io.parallelsaver.job.RefusedException if there is none of this number
   */
  TransferFile get(long call, int number) throws IOException {
    Key key = new Key(call, number);
    TransferFile found = open.get(key);
    if (found == null) {
      found = open(call, plans.file(call, number));
      open.put(key, found);
      if (open.size() > MOST) {
        Iterator<TransferFile> eldest = open.values().iterator();
        eldest.next().close();
        eldest.remove();
      }
    }
    return found;
  }

  /** The run's arena, mapped. */
  ByteBuffer arena() throws IOException {
    if (arena == null) {
      arena = Arena.attach(arenaFile);
    }
    return arena;
  }

  private TransferFile open(long call, JobFile file) throws IOException {
    return file.mode() == Mode.WRITE_MAPPED
        ? TransferFile.of(file, block(call, Path.of(file.path())))
        : TransferFile.open(file);
  }

  private MappedBlock block(long call, Path path) throws IOException {
    MappedBlock block = blocks.get(path);
    if (block == null || !block.isStillThere(call)) {
      block = new MappedBlock(path, call);
      blocks.put(path, block);
      if (blocks.size() > MOST_BLOCKS) {
        blocks.remove(blocks.keySet().iterator().next());
      }
    }
    return block;
  }

  /** Closes the files of a call. */
  void close(long call) {
    closeAll(call);
  }

  @Override
  public void close() {
    closeAll(null);
  }

  /** Unmaps what stays mapped from call to call, too. For good: no thread may be at a job. */
  void unmap() {
    close();
    Mapping.end(arena);
    arena = null;
    blocks.values().forEach(MappedBlock::unmap);
    blocks.clear();
  }

  private void closeAll(Long call) {
    Iterator<Map.Entry<Key, TransferFile>> entries = open.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<Key, TransferFile> entry = entries.next();
      if (call == null || entry.getKey().call() == call) {
        entries.remove();
        try {
          entry.getValue().close();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }
}

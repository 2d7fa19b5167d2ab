package io.parallelsaver.transfer;

import io.parallelsaver.job.Job.JobFile;
import io.parallelsaver.job.Job.Mode;
import io.parallelsaver.shm.Arena;
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

  private record Key(long call, int id) {}

  private final Path arenaFile;
  private final Map<Key, TransferFile> open = new LinkedHashMap<>(16, 0.75f, true);
  private ByteBuffer arena;

  /** Kept from call to call, since each page would have to be mapped anew otherwise. */
  private final Map<Path, MappedBlock> blocks = new LinkedHashMap<>(16, 0.75f, true);

  OpenFiles(Path arenaFile) {
    this.arenaFile = arenaFile;
  }

  TransferFile get(long call, JobFile file) throws IOException {
    Key key = new Key(call, file.id());
    TransferFile found = open.get(key);
    if (found == null) {
      found = TransferFile.open(Path.of(file.path()), file.mode());
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

  /** A {@link Mode#WRITE_MAPPED} file of a call, mapped. */
  MappedBlock block(long call, JobFile file) throws IOException {
    Path path = Path.of(file.path());
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

  static boolean isArena(JobFile file) {
    return file.mode() == Mode.ARENA;
  }

  /** Closes the files of a call. */
  void close(long call) {
    closeAll(call);
  }

  @Override
  public void close() {
    closeAll(null);
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

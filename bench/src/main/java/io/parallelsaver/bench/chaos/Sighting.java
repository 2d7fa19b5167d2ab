package io.parallelsaver.bench.chaos;

import io.parallelsaver.error.SaverException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What can be seen of a run from outside, by its worker table: {@link io.parallelsaver.shm.WorkerTable} says what stands there.
 *
 * @param workers pids of the workers that have opened their queues
 * @param working whether one of them is at a job or has done one
 */
record Sighting(List<Long> workers, boolean working) {
  static final Path SHARED_MEMORY = Path.of("/dev/shm");
  private static final int ROW = 64;

  static Sighting of(long coordinator) {
    List<Long> pids = new ArrayList<>();
    boolean working = false;
    for (Path run : runs(coordinator)) {
      ByteBuffer table = table(run);
      for (int row = 0; row + 2 * ROW <= table.capacity(); row += ROW) {
        if (table.getInt(row + 4) == 1) {
          pids.add(table.getLong(row + 8));
          working |= table.getLong(row + 24) >= 0 || table.getLong(row + 32) > 0;
        }
      }
    }
    return new Sighting(pids, working);
  }

  private static ByteBuffer table(Path run) {
    try {
      return ByteBuffer.wrap(Files.readAllBytes(run.resolve("workers")))
          .order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      // Not made yet, or gone.
      return ByteBuffer.allocate(0);
    }
  }

  /** Run directories of a coordinator, alive or dead. */
  static List<Path> runs(long coordinator) {
    return list(SHARED_MEMORY, "parallel-saver-" + coordinator + "-*");
  }

  static List<Path> list(Path folder, String pattern) {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, pattern)) {
      entries.forEach(found::add);
    } catch (NoSuchFileException | NotDirectoryException e) {
      return found;
    } catch (IOException e) {
      throw new SaverException("cannot look into " + folder + ": " + e, e);
    }
    return found;
  }

  List<ProcessHandle> handles() {
    return workers.stream().flatMap(pid -> ProcessHandle.of(pid).stream()).toList();
  }

  /** Whether a process has ended, also if nobody has asked for its exit code yet: it has no command line then. */
  static boolean gone(ProcessHandle process) {
    try {
      return !process.isAlive()
          || Files.readAllBytes(Path.of("/proc", process.pid() + "", "cmdline")).length == 0;
    } catch (IOException e) {
      return true;
    }
  }
}

package io.parallelsaver.watch;

import io.parallelsaver.shm.RunView;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where figures come from. */
@FunctionalInterface
public interface Figures {
  /**
   * The runs as they are now.
   *
   * @throws IOException if they cannot be looked at
   */
  List<RunView> runs() throws IOException;

  /**
   * Of all runs in a directory.
   *
   * @param everybodys whether also of other users', where they may be read
   */
  static Figures of(Path sharedMemory, boolean everybodys) {
    return () -> RunView.all(sharedMemory, everybodys);
  }

  /** Of one run, as long as it is there. */
  static Figures of(Path run) {
    return () -> RunView.of(run).stream().toList();
  }

  /**
   * How much room there is where the runs are.
   *
   * @param total bytes of shared memory
   * @param free bytes that this user may still have
   */
  record Space(long total, long free) {
    /** As it is now. */
    public static Space of(Path sharedMemory) throws IOException {
      FileStore store = Files.getFileStore(sharedMemory);
      return new Space(store.getTotalSpace(), store.getUsableSpace());
    }
  }
}

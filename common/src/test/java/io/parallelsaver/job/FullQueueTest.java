package io.parallelsaver.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.testing.ChildProcess;
import io.parallelsaver.testing.Mounted;
import io.parallelsaver.testing.RequiresMount;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A queue in memory of any size ends with an exception, and not with a fault in a mapping, which would be the end of the JVM. */
@RequiresMount
class FullQueueTest {
  private static final int PAGE = 4096;

  @TempDir
  Path directory;

  @Test
  void saysThatThereIsNoRoomWhereverItEnds() throws Exception {
    List<Long> sizes = new ArrayList<>(List.of(1L, 2L, 3L));
    for (long pages = 16; pages < 200; pages += 61) {
      sizes.add(pages);
    }
    for (long pages : sizes) {
      try (Mounted memory = Mounted.tmpfs(directory.resolve("pages" + pages), pages * PAGE);
          ChildProcess child =
              ChildProcess.jvm(FullQueueMain.class, memory.path().toString())) {
        List<String> lines = child.finish();
        String last = lines.get(lines.size() - 1);
        assertTrue(last.contains("shared memory is full: " + memory.path()), pages + ": " + last);
        String[] counts = last.split("[ ,:]+");
        assertEquals(counts[0], counts[2], last);
        assertTrue(pages < 100 || Integer.parseInt(counts[0]) > 100, last);
      }
    }
  }
}

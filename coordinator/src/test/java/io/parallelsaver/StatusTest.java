package io.parallelsaver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.InputException;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.restore.Proof;
import io.parallelsaver.shm.CallKind;
import io.parallelsaver.shm.Counters;
import io.parallelsaver.shm.ErrorKind;
import io.parallelsaver.shm.RunView;
import io.parallelsaver.shm.StatusReading;
import io.parallelsaver.shm.StatusReading.Call;
import io.parallelsaver.shm.WorkerRow;
import io.parallelsaver.stored.Format;
import io.parallelsaver.transfer.Milestone;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What those see who look on at a saver. */
class StatusTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int SIZE = 100_000;
  private static final long BYTES = 3L * SIZE * 8;

  @TempDir
  Path directory;

  private RunView view() {
    try {
      List<RunView> views = RunView.all(directory, false);
      assertEquals(1, views.size());
      return views.get(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private StatusReading status() {
    return view().status().orElseThrow();
  }

  /** Looks each time a call says how far it is. */
  private final class Looks implements ProgressListener {
    private final List<StatusReading> seen = new ArrayList<>();

    @Override
    public void progress(long done, long total) {
      seen.add(status());
      Call call = seen.get(seen.size() - 1).call().orElseThrow();
      assertEquals(done, call.bytesDone());
      assertEquals(total, call.bytesTotal());
      assertTrue(call.underWay());
    }
  }

  @Test
  void tellsOfEachCallWhileItIsUnderWayAndAfter() throws IOException {
    Path target = directory.resolve("saved.npz");
    NamedArrays arrays = TestArrays.many(3, SIZE, 1);
    try (Saver saver = Saver.open(TestArrays.options(directory, 2)).awaitReady()) {
      assertTrue(status().call().isEmpty());
      Looks looks = new Looks();
      Saver.await(saver.saveAsync(target, arrays, looks));
      assertTrue(looks.seen.size() > 10, "many jobs");
      assertTrue(looks.seen.stream().anyMatch(seen -> seen.jobsOut() > 0));
      assertTrue(looks.seen.stream().anyMatch(seen -> seen.arenaSlotsUsed() > 0));
      Call ended = status().call().orElseThrow();
      assertEquals(CallKind.SAVE, ended.kind());
      assertEquals(target.toString(), ended.target());
      assertFalse(ended.underWay());
      assertEquals(3, ended.arraysTotal());
      assertEquals(3, ended.arraysDone());
      assertEquals(0, status().jobsOut());
      assertEquals(0, status().arenaSlotsUsed());

      saver.restore(target);
      Saver.await(saver.restoreShared(target, null, ProgressListener.NONE)).close();
      Path files = directory.resolve("files");
      Saver.await(saver.restoreToDirectory(target, files, null, ProgressListener.NONE));
      Path other = directory.resolve("other.safetensors");
      Saver.await(saver.convert(target, other, Format.SAFETENSORS, null, ProgressListener.NONE));
      Saver.await(saver.verify(target, ProgressListener.NONE));
      Saver.await(saver.repair(
          target, null, Format.NPZ, new Proof.Wanted(false, false), ProgressListener.NONE));
      Counters done = status().counters();
      for (CallKind kind : CallKind.values()) {
        assertEquals(1, done.callsDone()[kind.ordinal()], kind.label());
        assertEquals(0, done.callsFailed()[kind.ordinal()], kind.label());
      }
      assertTrue(done.bytesWritten() > 2 * BYTES, "save and convert: " + done.bytesWritten());
      assertTrue(done.bytesRead() > 4 * BYTES, "what reads: " + done.bytesRead());
      assertTrue(done.jobCount() > 100 && done.jobNanos() > 0, "" + done.jobCount());
      assertEquals(
          2,
          view().workers().stream()
              .filter(row -> row.state() != WorkerRow.State.STARTING)
              .count());
    }
    assertEquals(List.of(), RunView.all(directory, false));
  }

  @Test
  void countsArraysThatAreWhole() throws IOException {
    Path target = directory.resolve("saved");
    try (Saver saver = Saver.open(TestArrays.options(directory, 1))) {
      for (Format format : Format.values()) {
        int[] told = {0};
        saver
            .saveAsync(target, TestArrays.many(9, 20_000, 1), format, new ProgressListener() {
              private int last;
              private int steps;

              @Override
              public void progress(long done, long total) {}

              @Override
              public void arrays(int done, int total) {
                assertEquals(9, total);
                assertTrue(last <= done && done <= total, last + " then " + done);
                steps += done > last ? 1 : 0;
                last = done;
                told[0] = done;
                // There are fewer slots than jobs, and so no jump from none to all.
                assertTrue(done < total || steps > 2, "in " + steps + " steps");
              }
            })
            .join();
        Call call = status().call().orElseThrow();
        assertEquals(9, told[0], format.toString());
        assertEquals(9, call.arraysDone(), format.toString());
        assertEquals(9, call.arraysTotal(), format.toString());
      }
    }
  }

  @Test
  void tellsOfCallsThatNeedNoWorker() {
    try (Saver saver = Saver.openLazily(SaverOptions.defaults().withSharedMemory(directory))) {
      Path saved =
          saver.save(directory.resolve("saved"), TestArrays.many(4, 100, 1)).file();
      assertEquals(4, status().call().orElseThrow().arraysDone());
      assertTrue(status().counters().bytesWritten() > 3200);
      saver.restore(saved);
      assertEquals(3200, status().counters().bytesRead());
      assertEquals(List.of(), view().workers());
    }
  }

  @Test
  void tellsOfFailures() throws IOException {
    Path target = directory.resolve("saved.npz");
    try (Saver saver = Saver.open(TestArrays.options(directory, 1))) {
      saver.save(target, TestArrays.many(1, SIZE, 1));
      try (RandomAccessFile file = new RandomAccessFile(target.toFile(), "rw")) {
        file.seek(5000);
        file.write(1);
        file.write(2);
      }
      CorruptException damaged = assertThrows(CorruptException.class, () -> saver.restore(target));
      assertEquals(damaged.getMessage(), status().lastError());
      assertThrows(InputException.class, () -> saver.restore(directory.resolve("nothing")));
      assertTrue(status().lastError().contains("nothing"), status().lastError());
      Counters counters = status().counters();
      assertEquals(1, counters.errors()[ErrorKind.CORRUPT.ordinal()]);
      assertEquals(1, counters.errors()[ErrorKind.REFUSED.ordinal()]);
      assertEquals(2, counters.callsFailed()[CallKind.RESTORE.ordinal()]);
      assertFalse(status().call().orElseThrow().underWay());
    }
  }

  @Test
  void tellsOfWorkersThatDied() {
    SaverOptions options = TestArrays.options(directory, 2);
    SaverOptions holding = options.withPool(options
        .pool()
        .withWorkerMain(
            HoldingWorker.class.getName(), Milestone.CLAIMED.name(), "5", directory.toString()));
    try (Saver saver = Saver.open(holding)) {
      CompletableFuture<Report> call = saver.saveAsync(
          directory.resolve("saved"), TestArrays.many(3, SIZE, 1), ProgressListener.NONE);
      long pid = Long.parseLong(Await.content(directory.resolve("held"), LIMIT));
      WorkerRow held =
          view().workers().stream().filter(row -> row.pid() == pid).findAny().orElseThrow();
      assertEquals(WorkerRow.State.BUSY, held.state());
      assertEquals(5, held.job());
      assertTrue(status().jobsOut() > 0);
      ProcessHandle.of(pid).orElseThrow().destroyForcibly();
      Saver.await(call);
      assertEquals(1, status().counters().workersReplaced());
    }
  }
}

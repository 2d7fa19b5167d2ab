package io.parallelsaver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.error.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the JVM's flight recorder keeps of calls and jobs, in real recordings. */
class FlightRecordingTest {
  private static final int SIZE = 50_000;

  @TempDir
  Path directory;

  @Test
  void holdsCallsOfTheCoordinator() throws IOException {
    Path file = directory.resolve("calls.jfr");
    Path target = directory.resolve("saved.npz");
    try (Recording recording = new Recording();
        Saver saver = Saver.open(TestArrays.options(directory, 1)).awaitReady()) {
      recording.enable("parallelsaver.Call");
      recording.start();
      saver.save(target, TestArrays.many(3, SIZE, 1));
      assertThrows(InputException.class, () -> saver.restore(directory.resolve("nothing")));
      recording.dump(file);
    }
    List<RecordedEvent> calls = RecordingFile.readAllEvents(file);
    assertEquals(2, calls.size());
    RecordedEvent save = calls.get(0);
    assertEquals("save", save.getString("kind"));
    assertEquals(target.toString(), save.getString("file"));
    assertEquals(3, save.getInt("arrays"));
    assertTrue(save.getLong("bytes") >= 3 * SIZE * 8L, "" + save);
    assertEquals("done", save.getString("outcome"));
    assertTrue(save.getDuration().compareTo(Duration.ZERO) > 0, "" + save);
    assertEquals("refused", calls.get(1).getString("outcome"));
  }

  @Test
  void holdsJobsOfTheWorkers() throws IOException {
    Path file = directory.resolve("jobs.jfr");
    SaverOptions options = TestArrays.options(directory, 1);
    SaverOptions recording = options.withPool(
        options.pool().withWorkerMain(RecordingWorker.class.getName(), file.toString()));
    Report report;
    try (Saver saver = Saver.open(recording)) {
      report = saver.save(directory.resolve("saved.npz"), TestArrays.many(3, SIZE, 1));
    }
    List<RecordedEvent> jobs =
        new ArrayList<>(RecordingFile.readAllEvents(directory.resolve("jobs.jfr.1")));
    assertEquals(report.workers().get(0).jobs(), jobs.size());
    assertEquals(
        report.workers().get(0).bytes(),
        jobs.stream().mapToLong(job -> job.getLong("bytes")).sum());
    for (RecordedEvent job : jobs) {
      assertEquals("GATHER", job.getString("kind"));
      assertEquals("DONE", job.getString("outcome"));
      assertTrue(job.getDuration().compareTo(Duration.ZERO) > 0, "" + job);
    }
  }
}

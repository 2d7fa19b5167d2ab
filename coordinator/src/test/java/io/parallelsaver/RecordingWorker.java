package io.parallelsaver;

import io.parallelsaver.transfer.Milestone;
import io.parallelsaver.worker.WorkerMain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import jdk.jfr.Recording;

/** A worker with its flight recorder on: {@code RUN SEAT ID FILE}. After each job it dumps to {@code FILE.ID}. */
public final class RecordingWorker {
  private RecordingWorker() {}

  public static void main(String[] args) throws IOException {
    Path file = Path.of(args[3] + "." + args[2]);
    // A worker is halted, so the recorder would leave its own files where this points to.
    System.setProperty("java.io.tmpdir", file.getParent().toString());
    try (Recording recording = new Recording()) {
      recording.enable("parallelsaver.Job");
      recording.start();
      WorkerMain.run(args, (milestone, job) -> {
        if (milestone == Milestone.WRITTEN) {
          dump(recording, file);
        }
      });
    }
  }

  private static void dump(Recording recording, Path file) {
    try {
      recording.dump(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

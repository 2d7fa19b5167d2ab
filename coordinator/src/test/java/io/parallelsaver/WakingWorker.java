package io.parallelsaver;

import io.parallelsaver.transfer.Milestone;
import io.parallelsaver.worker.WorkerMain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A worker that stops itself, as SIGSTOP would, in its first job of a first attempt, when the bytes are read and none is written: {@code RUN SEAT ID
 * DIRECTORY}. It leaves {@code DIRECTORY/stopped.PID}. If it is woken it writes.
 */
public final class WakingWorker {
  private static boolean stopped;

  private WakingWorker() {}

  public static void main(String[] args) throws IOException {
    Path directory = Path.of(args[3]);
    int id = Integer.parseInt(args[2]);
    WorkerMain.run(args, (milestone, job) -> {
      if (milestone == Milestone.READ && id <= 2 && !stopped) {
        stopped = true;
        stop(directory);
      }
    });
  }

  private static void stop(Path directory) {
    long pid = ProcessHandle.current().pid();
    try {
      Path part = Files.writeString(directory.resolve("part." + pid), Long.toString(pid));
      Files.move(part, directory.resolve("stopped." + pid), StandardCopyOption.ATOMIC_MOVE);
      new ProcessBuilder("kill", "-STOP", Long.toString(pid)).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

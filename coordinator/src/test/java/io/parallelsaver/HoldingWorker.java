package io.parallelsaver;

import io.parallelsaver.job.Job;
import io.parallelsaver.transfer.Milestone;
import io.parallelsaver.worker.WorkerMain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.locks.LockSupport;

/**
 * A worker that stops for ever at a named point of a job's first attempt: {@code RUN SEAT ID MILESTONE JOB DIRECTORY}. It leaves its
 * pid in {@code DIRECTORY/held}; who does the job's second attempt leaves its own in {@code DIRECTORY/again}.
 */
public final class HoldingWorker {
  private HoldingWorker() {}

  public static void main(String[] args) throws IOException {
    Milestone wanted = Milestone.valueOf(args[3]);
    int number = Integer.parseInt(args[4]);
    Path directory = Path.of(args[5]);
    WorkerMain.run(args, (milestone, job) -> reached(milestone, job, wanted, number, directory));
  }

  static void reached(Milestone milestone, Job job, Milestone wanted, int number, Path directory) {
    if (milestone != wanted || job.number() != number) {
      return;
    }
    if (job.attempt() > 0) {
      leavePid(directory.resolve("again"));
    } else if (leavePid(directory.resolve("held"))) {
      while (true) {
        LockSupport.park();
      }
    }
  }

  /** True for the first caller. */
  private static boolean leavePid(Path file) {
    try {
      Path whole = Files.writeString(
          file.resolveSibling(file.getFileName() + "." + ProcessHandle.current().pid()),
          Long.toString(ProcessHandle.current().pid()));
      if (Files.exists(file)) {
        return false;
      }
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.parallelsaver.job;

import io.parallelsaver.error.StorageFullException;
import io.parallelsaver.job.JobReceiver.Found;
import java.nio.file.Files;
import java.nio.file.Path;

/** A JVM that sends and receives jobs in {@code DIRECTORY} until there is no room. Prints how many came through. */
public final class FullQueueMain {
  private static final int MOST = 5_000;

  private FullQueueMain() {}

  public static void main(String[] args) throws Exception {
    Path queue = Files.createTempDirectory(Path.of(args[0]), "queue").resolve("jobs");
    int sent = 0;
    int received = 0;
    try (JobSender sender = new JobSender(queue);
        JobReceiver receiver = new JobReceiver(queue, 1, call -> {})) {
      try {
        for (; sent < MOST; sent++) {
          sender.send(Jobs.large(1, sent, 20));
        }
      } finally {
        for (Found found = receiver.next(); found != Found.NOTHING; found = receiver.next()) {
          received += found == Found.JOB ? 1 : 0;
        }
      }
      System.out.println("not full after " + sent);
    } catch (StorageFullException e) {
      System.out.println(sent + " sent, " + received + " received: " + e.getMessage());
    }
  }
}

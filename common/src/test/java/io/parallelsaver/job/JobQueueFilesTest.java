package io.parallelsaver.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.job.JobReceiver.Found;
import io.parallelsaver.testing.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The queue starts new files and deletes old ones, under readers that may be anywhere. */
class JobQueueFilesTest {
  private static final long CALL = 77;

  /** More than any test here has to send: a queue that starts no new file must not fill the disk. */
  private static final int MOST = 2000;

  @TempDir
  Path directory;

  private long files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".cq4")).count();
    }
  }

  @Test
  void startsNewFilesAndDeletesThoseThatAreDone() throws IOException {
    try (JobSender sender = new JobSender(directory);
        JobReceiver receiver = new JobReceiver(directory, 1, Receiving::refuse)) {
      int sent = 0;
      List<Integer> claimed = new ArrayList<>();
      for (int cycle = 0, last = 0; cycle < 6; ) {
        long index = sender.send(Jobs.large(1, sent++, 2000));
        assertTrue(sent < MOST, "no new file");
        claimed.addAll(Receiving.drain(receiver));
        if (sender.cycle(index) > last) {
          last = sender.cycle(index);
          cycle++;
          sender.forgetBefore(index);
          assertEquals(1, files());
        }
      }
      claimed.addAll(Receiving.drain(receiver));
      assertEquals(Stream.iterate(0, i -> i + 1).limit(sent).toList(), claimed);
      assertTrue(sent > 250, "six files hold more than " + sent);
    }
  }

  /** Fills so many queue files; returns the index of the last message. */
  private static long fill(JobSender sender, int cycles, List<Long> indices) {
    long index = sender.send(Jobs.large(1, indices.size(), 2000));
    indices.add(index);
    for (int first = sender.cycle(index); sender.cycle(index) - first < cycles; ) {
      index = sender.send(Jobs.large(1, indices.size(), 2000));
      indices.add(index);
      assertTrue(indices.size() < MOST, "no new file");
    }
    return index;
  }

  @Test
  void letsAReceiverThatReadNothingYetGetWhatCameLater() throws IOException {
    try (JobSender sender = new JobSender(directory);
        JobReceiver early = new JobReceiver(directory, 1, Receiving::refuse)) {
      List<Long> indices = new ArrayList<>();
      long last = fill(sender, 3, indices);
      sender.forgetBefore(last);
      assertEquals(1, files());
      assertGetsTheRest(sender, indices, early);
    }
  }

  @Test
  void letsAReceiverThatOpensLateGetWhatCameLater() throws IOException {
    try (JobSender sender = new JobSender(directory)) {
      List<Long> indices = new ArrayList<>();
      long last = fill(sender, 3, indices);
      sender.forgetBefore(last);
      try (JobReceiver late = new JobReceiver(directory, 1, Receiving::refuse)) {
        assertGetsTheRest(sender, indices, late);
      }
    }
  }

  @Test
  void letsAReceiverThatStandsInADeletedFileGetWhatCameLater() throws IOException {
    try (JobSender sender = new JobSender(directory);
        JobReceiver slow = new JobReceiver(directory, 1, Receiving::refuse)) {
      List<Long> indices = new ArrayList<>();
      fill(sender, 1, indices);
      assertEquals(Found.JOB, Receiving.next(slow));
      assertEquals(0, slow.job().number());
      long last = fill(sender, 3, indices);
      sender.forgetBefore(last);
      assertGetsTheRest(sender, indices, slow);
    }
  }

  @Test
  void letsAProcessThatReadNothingYetGetWhatCameLater() {
    try (JobSender sender = new JobSender(directory);
        ChildProcess child =
            ChildProcess.jvm(RacingReceiver.class, directory.toString(), "1", "wait")) {
      child.awaitLine("ready");
      List<Long> indices = new ArrayList<>();
      long last = fill(sender, 3, indices);
      sender.forgetBefore(last);
      sender.send(Jobs.small(CALL, 100_000));
      sender.endCall(CALL);
      child.closeInput();
      child.awaitLine("claimed");
      List<Integer> claimed =
          Stream.of(child.readLine().split(" ")).map(Integer::valueOf).toList();
      child.finish();
      assertTrue(
          claimed.contains(indices.size() - 1) && claimed.contains(100_000), claimed.toString());
    }
  }

  /** Everything in files that are still there, and what is sent from now on. */
  private static void assertGetsTheRest(
      JobSender sender, List<Long> indices, JobReceiver receiver) {
    int cycle = sender.cycle(indices.get(indices.size() - 1));
    List<Integer> wanted = new ArrayList<>();
    for (int number = 0; number < indices.size(); number++) {
      if (sender.cycle(indices.get(number)) == cycle) {
        wanted.add(number);
      }
    }
    List<Integer> claimed = Receiving.drain(receiver);
    assertTrue(claimed.containsAll(wanted), claimed + " should contain " + wanted);
    sender.send(Jobs.small(1, 100_000));
    assertEquals(Found.JOB, Receiving.next(receiver));
    assertEquals(100_000, receiver.job().number());
    long last = fill(sender, 2, indices);
    assertEquals(
        indices.size() - 1,
        Receiving.drain(receiver).stream().reduce((a, b) -> b).orElseThrow());
    assertEquals(1, sender.holder(last));
  }
}

package io.parallelsaver.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.job.JobReceiver.Found;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobQueueTest {
  @TempDir
  Path directory;

  @Test
  void handsJobsOverInOrder() {
    List<Long> ended = new ArrayList<>();
    try (JobSender sender = new JobSender(directory);
        JobReceiver receiver = new JobReceiver(directory, 3, ended::add)) {
      assertEquals(Found.NOTHING, receiver.next());
      sender.send(Jobs.small(5, 1));
      sender.send(Jobs.large(5, 2, JobSender.MAX_PIECES, JobSender.MAX_SUMS));
      sender.endCall(5);
      sender.send(Jobs.small(6, 1));
      assertEquals(Found.JOB, Receiving.next(receiver));
      assertEquals(Jobs.small(5, 1).pieces(), receiver.job().pieces());
      assertEquals(Found.JOB, Receiving.next(receiver));
      assertEquals(JobSender.MAX_PIECES, receiver.job().pieces().size());
      assertEquals(JobSender.MAX_SUMS, receiver.job().sums().count());
      assertEquals(List.of(), ended);
      assertEquals(Found.PASSED, Receiving.next(receiver));
      assertEquals(List.of(5L), ended);
      assertEquals(Found.JOB, Receiving.next(receiver));
      assertEquals(6, receiver.job().call());
      assertEquals(Found.NOTHING, receiver.next());
    }
  }

  @Test
  void knowsTheHolderOfEachJob() {
    try (JobSender sender = new JobSender(directory);
        JobReceiver receiver = new JobReceiver(directory, 42, Receiving::refuse)) {
      long first = sender.send(Jobs.small(1, 1));
      long second = sender.send(Jobs.small(1, 2));
      assertEquals(0, sender.holder(first));
      assertEquals(Found.JOB, Receiving.next(receiver));
      assertEquals(42, sender.holder(first));
      assertEquals(0, sender.holder(second));
    }
  }

  @Test
  void takesBackOnlyWhatNobodyHolds() {
    try (JobSender sender = new JobSender(directory);
        JobReceiver receiver = new JobReceiver(directory, 1, Receiving::refuse)) {
      long held = sender.send(Jobs.small(1, 1));
      long open = sender.send(Jobs.small(1, 2));
      sender.send(Jobs.small(1, 3));
      assertEquals(Found.JOB, Receiving.next(receiver));
      assertFalse(sender.withdraw(held));
      assertTrue(sender.withdraw(open));
      assertFalse(sender.withdraw(open));
      assertEquals(Found.PASSED, Receiving.next(receiver));
      assertEquals(Found.JOB, Receiving.next(receiver));
      assertEquals(3, receiver.job().number());
      assertEquals(1, sender.holder(held));
    }
  }

  @Test
  void refusesMessagesThatAreTooLarge() {
    try (JobSender sender = new JobSender(directory)) {
      Job job = Jobs.large(1, 1, 7000);
      assertThrows(IllegalArgumentException.class, () -> sender.send(job));
      sender.send(Jobs.small(1, 2));
      try (JobReceiver receiver = new JobReceiver(directory, 1, Receiving::refuse)) {
        assertEquals(List.of(2), Receiving.drain(receiver));
      }
    }
  }

  @Test
  void refusesWorkerIdsThatMeanNobody() {
    for (int worker : new int[] {0, -1}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new JobReceiver(directory, worker, Receiving::refuse));
    }
  }
}

package io.parallelsaver.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.job.JobReceiver.Found;
import io.parallelsaver.testing.ChildProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several workers want the same jobs. */
class JobRaceTest {
  private static final int ROUND = 6000;
  private static final int MOST = 50 * ROUND;
  private static final long CALL = 77;

  @TempDir
  Path directory;

  @Test
  void letsThreeThreadsClaimEachJobOnce()
      throws InterruptedException, ExecutionException, TimeoutException {
    try (JobSender sender = new JobSender(directory)) {
      CountDownLatch ready = new CountDownLatch(3);
      List<FutureTask<List<Integer>>> claims = new ArrayList<>();
      for (int worker = 1; worker <= 3; worker++) {
        int id = worker;
        FutureTask<List<Integer>> task = new FutureTask<>(() -> claimUntilTheEnd(id, ready));
        claims.add(task);
        new Thread(task, "worker " + id).start();
      }
      assertTrue(ready.await(30, TimeUnit.SECONDS));
      List<Long> indices = sendUntilTwoHaveSome(sender);
      List<List<Integer>> claimed = new ArrayList<>();
      for (FutureTask<List<Integer>> task : claims) {
        claimed.add(task.get(60, TimeUnit.SECONDS));
      }
      assertEachClaimedOnce(sender, indices, claimed);
    }
  }

  private List<Integer> claimUntilTheEnd(int worker, CountDownLatch ready) {
    boolean[] ended = new boolean[1];
    List<Integer> numbers = new ArrayList<>();
    try (JobReceiver receiver = new JobReceiver(directory, worker, call -> ended[0] = true)) {
      assertEquals(Found.NOTHING, receiver.next());
      ready.countDown();
      while (!ended[0]) {
        if (Receiving.next(receiver) == Found.JOB) {
          numbers.add(receiver.job().number());
        }
      }
    }
    return numbers;
  }

  @Test
  void letsThreeProcessesClaimEachJobOnce() {
    String queue = directory.toString();
    try (JobSender sender = new JobSender(directory);
        ChildProcess one = ChildProcess.jvm(RacingReceiver.class, queue, "1");
        ChildProcess two = ChildProcess.jvm(RacingReceiver.class, queue, "2");
        ChildProcess three = ChildProcess.jvm(RacingReceiver.class, queue, "3")) {
      List<ChildProcess> children = List.of(one, two, three);
      children.forEach(child -> child.awaitLine("ready"));
      List<Long> indices = sendUntilTwoHaveSome(sender);
      List<List<Integer>> claimed = new ArrayList<>();
      for (ChildProcess child : children) {
        child.awaitLine("claimed");
        claimed.add(Stream.of(child.readLine().split(" "))
            .filter(text -> !text.isEmpty())
            .map(Integer::valueOf)
            .toList());
        child.finish();
      }
      assertEachClaimedOnce(sender, indices, claimed);
    }
  }

  /** Sends many jobs, and more of them as long as a busy machine lets only one worker run. */
  private static List<Long> sendUntilTwoHaveSome(JobSender sender) {
    List<Long> indices = new ArrayList<>();
    Set<Integer> holders = Set.of();
    while (holders.size() < 2) {
      assertTrue(indices.size() < MOST, "only these claim jobs: " + holders);
      for (int i = 0; i < ROUND; i++) {
        indices.add(sender.send(Jobs.small(CALL, indices.size())));
      }
      holders = indices.stream()
          .map(sender::holder)
          .filter(holder -> holder != 0)
          .collect(Collectors.toSet());
    }
    sender.endCall(CALL);
    return indices;
  }

  /** Whoever says it claimed a job is also the one that the queue names. */
  private static void assertEachClaimedOnce(
      JobSender sender, List<Long> indices, List<List<Integer>> claimed) {
    BitSet seen = new BitSet();
    for (int i = 0; i < claimed.size(); i++) {
      for (int number : claimed.get(i)) {
        assertFalse(seen.get(number), "job " + number + " was claimed twice");
        seen.set(number);
        assertEquals(i + 1, sender.holder(indices.get(number)), "holder of job " + number);
      }
    }
    assertEquals(indices.size(), seen.cardinality());
  }
}

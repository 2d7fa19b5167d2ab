package io.parallelsaver.save;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.parallelsaver.error.SaverException;
import io.parallelsaver.job.Job;
import io.parallelsaver.job.Sums;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StagingTest {
  private static final int FEW = 64 << 10;
  private static final Job JOB = new Job(1, 0, 0, Job.Kind.GATHER, List.of(), new Sums(), 0, 0);

  private final List<Runnable> elsewhere = new ArrayList<>();
  private final Staging staging = new Staging(elsewhere::add, 2);

  @Test
  void fewBytesAreCopiedAtOnce() {
    staging.begin(FEW, () -> JOB, () -> "array 'a'");
    assertEquals(0, elsewhere.size());
    assertSame(JOB, staging.poll());
    assertNull(staging.poll());
  }

  @Test
  void moreAreCopiedOnAnotherThread() {
    staging.begin(FEW + 1, () -> JOB, () -> "array 'a'");
    assertNull(staging.poll());
    assertEquals(1, elsewhere.size());
    elsewhere.get(0).run();
    assertSame(JOB, staging.poll());
  }

  @Test
  void whatGoesWrongIsThrownByThePollAndNamesTheArray() {
    staging.begin(
        1,
        () -> {
          throw new IllegalStateException("gone");
        },
        () -> "array 'a'");
    SaverException thrown = assertThrows(SaverException.class, staging::poll);
    assertEquals(
        "array 'a': cannot read its bytes: java.lang.IllegalStateException: gone",
        thrown.getMessage());
  }
}

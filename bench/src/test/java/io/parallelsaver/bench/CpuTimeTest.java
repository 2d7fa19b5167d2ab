package io.parallelsaver.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.testing.ChildProcess;
import java.util.List;
import org.junit.jupiter.api.Test;

class CpuTimeTest {
  /** Counts for some tenths of a second, then waits for the end of its input. */
  private static final String BUSY =
      "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; echo counted; read line";

  @Test
  void seesWhatWorkersAndEndedChildrenHaveUsed() {
    CpuTime earlier = CpuTime.ofEndedChildren();
    double used;
    try (ChildProcess busy = ChildProcess.start("sh", "-c", BUSY + " || true")) {
      busy.awaitLine("counted");
      used = CpuTime.of(List.of(busy.pid())).workers();
      assertTrue(used >= 0.05, "used " + used);
      assertEquals(0, CpuTime.ofEndedChildren().since(earlier).coordinator(), "it has not ended");
      busy.closeInput();
      busy.finish();
    }
    double ended = CpuTime.ofEndedChildren().since(earlier).coordinator();
    assertTrue(ended >= used - 0.02, ended + " after " + used);
    assertTrue(CpuTime.of(List.of()).coordinator() > 0);
  }
}

package io.parallelsaver.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

class MeasurementTest {
  private final List<String> calls = new ArrayList<>();

  /** Takes the seconds it is told to. */
  private class Told extends Work {
    private final Iterator<Double> ours;
    private final Iterator<Double> theirs;

    Told(double[] ours, double[] theirs) {
      super("told", "teller");
      this.ours = Arrays.stream(ours).iterator();
      this.theirs = Arrays.stream(theirs).iterator();
    }

    @Override
    String how() {
      return "";
    }

    @Override
    String missing() {
      return null;
    }

    @Override
    void prepare() {
      calls.add("prepare");
    }

    @Override
    long bytes() {
      return 1;
    }

    @Override
    void tidy() {
      calls.add("tidy");
    }

    @Override
    void recycleForOurs() {
      calls.add("recycle");
    }

    @Override
    void recycleForTheirs() {
      calls.add("recycle for the peer");
    }

    @Override
    double ours() {
      calls.add("ours");
      return ours.next();
    }

    @Override
    void checkOurs() {
      calls.add("check ours");
    }

    @Override
    double theirs() {
      calls.add("theirs");
      return theirs.next();
    }

    @Override
    void checkTheirs() {
      calls.add("check theirs");
    }

    @Override
    public void close() {
      calls.add("close");
    }
  }

  @Test
  void runsInTurnWithFreshFilesAndChecksTheFirstAndTheLast() {
    Told told = new Told(new double[] {3, 4}, new double[] {9, 10});
    Result result = Measurement.of(told, 1);
    String ours = "tidy, recycle, ours";
    String theirs = "tidy, recycle for the peer, theirs";
    String checked = ours + ", check ours, " + theirs + ", check theirs";
    assertEquals("prepare, " + checked + ", " + checked + ", close", String.join(", ", calls));
    assertEquals(List.of(4.0), ours(result));
    assertEquals(new Spread(2.5, 2.5, 2.5), result.ratio());
  }

  private static List<Double> ours(Result result) {
    return result.pairs().stream().map(Pair::ours).toList();
  }

  private static double[] always(double seconds, int runs) {
    double[] all = new double[runs];
    Arrays.fill(all, seconds);
    return all;
  }

  @Test
  void theClockCountsOnceWeGetNoFaster() {
    double[] ours = {9, 5, 3, 2.8, 3, 4, 71, 72, 73, 74};
    assertEquals(
        List.of(71.0, 72.0, 73.0, 74.0),
        ours(Measurement.of(new Told(ours, always(10, ours.length)), 4)));
  }

  @Test
  void andOnceThePeerGetsNoFaster() {
    double[] theirs = {90, 50, 30, 20, 19, 21, 19, 10, 10, 10, 10};
    double[] ours = {1, 1, 1, 1, 1, 1, 1, 71, 72, 73, 74};
    Result result = Measurement.of(new Told(ours, theirs), 4);
    assertEquals(List.of(71.0, 72.0, 73.0, 74.0), ours(result));
  }

  @Test
  void whatGetsFasterForEverIsMeasuredAllTheSame() {
    double[] ours = {64, 32, 16, 8, 4};
    assertEquals(
        List.of(8.0, 4.0), ours(Measurement.of(new Told(ours, always(10, ours.length)), 2)));
  }

  @Test
  void oneWhoseResultIsWrongIsClosedAndNotReported() {
    Work wrong = new Told(always(1, 1), always(1, 1)) {
      @Override
      void checkTheirs() {
        throw new IllegalStateException("wrong");
      }
    };
    assertThrows(IllegalStateException.class, () -> Measurement.of(wrong, 2));
    assertEquals("close", calls.get(calls.size() - 1));
  }
}

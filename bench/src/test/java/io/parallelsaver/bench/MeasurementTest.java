package io.parallelsaver.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MeasurementTest {
  private final List<String> calls = new ArrayList<>();

  /** Says what it is told; our n-th run takes n seconds, each of the peer's 10. */
  private class Told extends Work {
    private int runs;

    Told() {
      super("told", "teller");
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
      return runs++;
    }

    @Override
    void checkOurs() {
      calls.add("check ours");
    }

    @Override
    double theirs() {
      calls.add("theirs");
      return 10;
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
    Result result = Measurement.of(new Told(), 2);
    String ours = "tidy, recycle, ours";
    String theirs = "tidy, recycle for the peer, theirs";
    String checked = ours + ", check ours, " + theirs + ", check theirs";
    assertEquals(
        "prepare, " + checked + ", " + ours + ", " + theirs + ", " + checked + ", close",
        String.join(", ", calls));
    assertEquals(List.of(1.0, 2.0), result.pairs().stream().map(Pair::ours).toList());
    assertEquals(new Spread(7.5, 5, 10), result.ratio());
  }

  @Test
  void oneWhoseResultIsWrongIsClosedAndNotReported() {
    Work wrong = new Told() {
      @Override
      void checkTheirs() {
        throw new IllegalStateException("wrong");
      }
    };
    assertThrows(IllegalStateException.class, () -> Measurement.of(wrong, 2));
    assertEquals("close", calls.get(calls.size() - 1));
  }
}

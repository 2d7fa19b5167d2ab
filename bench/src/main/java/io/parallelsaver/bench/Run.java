package io.parallelsaver.bench;

import io.parallelsaver.error.SaverException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Measures works one after the other.
 *
 * @param pairs of each work
 * @param strict whether a peer that is not there is a failure; else its works are left out
 * @param progress is told what comes next
 */
record Run(Workbench bench, int pairs, boolean strict, Consumer<String> progress) {
  Outcome of(List<Work> works) {
    Map<String, String> leftOut = new LinkedHashMap<>();
    List<Work> possible = new ArrayList<>();
    for (Work work : works) {
      String missing = work.missing();
      if (missing != null && strict) {
        throw new SaverException("cannot measure '" + work.name() + "': " + missing);
      }
      String why = missing != null ? missing : work.impossible();
      if (why == null) {
        possible.add(work);
      } else {
        leftOut.put(work.name(), why);
      }
    }
    Map<String, String> machine = Machine.facts(bench);
    progress.accept("limits of the machine");
    Map<String, Spread> limits = Limits.measure(bench, pairs);
    List<Result> results = new ArrayList<>();
    for (Work work : possible) {
      progress.accept(work.name());
      results.add(Measurement.of(work, pairs));
      bench.forget();
    }
    return new Outcome(results, leftOut, limits, bench.scale().bytes(), machine);
  }
}

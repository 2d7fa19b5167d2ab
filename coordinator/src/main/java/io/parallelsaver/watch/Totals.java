package io.parallelsaver.watch;

import io.parallelsaver.shm.Counters;
import io.parallelsaver.shm.RunView;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Adds up what runs have done, those too that are gone meanwhile: such a sum never falls. */
final class Totals {
  private final Map<Path, Counters> runs = new HashMap<>();
  private Counters gone = Counters.ZERO;

  /**
   * What all runs have done that were ever seen.
   *
   * @param views all runs as they are now
   */
  synchronized Counters with(List<RunView> views) {
    Map<Path, Counters> now = new HashMap<>();
    for (RunView view : views) {
      view.status().ifPresent(status -> now.put(view.path(), status.counters()));
    }
    for (Iterator<Map.Entry<Path, Counters>> each = runs.entrySet().iterator(); each.hasNext(); ) {
      Map.Entry<Path, Counters> known = each.next();
      if (!now.containsKey(known.getKey())) {
        gone = gone.plus(known.getValue());
        each.remove();
      }
    }
    runs.putAll(now);
    return runs.values().stream().reduce(gone, Counters::plus);
  }
}

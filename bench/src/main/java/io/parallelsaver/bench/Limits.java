package io.parallelsaver.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the machine can do at most, measured in the same run, by as many threads as there are workers. */
final class Limits {
  private Limits() {}

  /** Seconds by the kind of transfer; empty without Python. */
  static Map<String, Spread> measure(Workbench bench, int rounds) {
    PythonPeer python = bench.python();
    if (python.missing() != null) {
      return Map.of();
    }
    String[] words = python
        .ask("limits", bench.scale().bytes(), Scale.WORKERS, rounds, bench.file("limits"))
        .split("\t");
    Map<String, List<Double>> seconds = new LinkedHashMap<>();
    for (int i = 0; i < words.length; i += 2) {
      seconds
          .computeIfAbsent(words[i], kind -> new ArrayList<>())
          .add(Double.valueOf(words[i + 1]));
    }
    Map<String, Spread> spreads = new LinkedHashMap<>();
    seconds.forEach((kind, values) -> spreads.put(kind, Spread.of(values)));
    return spreads;
  }
}

package io.parallelsaver.bench.growth;

import java.time.Duration;
import java.util.List;

/** How much is measured. */
enum Extent {
  FULL(
      List.of(1_000, 10_000, 100_000, 1_000_000),
      List.of(1L << 30, 4L << 30, 16L << 30),
      Duration.ofSeconds(20),
      List.of(
          new Pauses(Duration.ZERO, 100),
          new Pauses(Duration.ofSeconds(2), 100),
          new Pauses(Duration.ofSeconds(60), 3))),
  /** A first look. */
  QUICK(
      List.of(1_000, 10_000),
      List.of(64L << 20, 128L << 20, 256L << 20),
      Duration.ofSeconds(2),
      List.of(new Pauses(Duration.ZERO, 5), new Pauses(Duration.ofMillis(300), 5)));

  /** So many times the same pause. */
  record Pauses(Duration length, int times) {}

  final List<Integer> members;
  final List<Long> bytes;
  final Duration idleness;
  final List<Pauses> pauses;

  Extent(List<Integer> members, List<Long> bytes, Duration idleness, List<Pauses> pauses) {
    this.members = members;
    this.bytes = bytes;
    this.idleness = idleness;
    this.pauses = pauses;
  }
}

package io.parallelsaver.service;

import io.parallelsaver.SaverOptions;
import io.parallelsaver.npy.NpyHeader;
import io.parallelsaver.npz.Profile;
import io.parallelsaver.output.Durability;
import io.parallelsaver.service.Request.Kind;
import io.parallelsaver.service.Request.Source;
import io.parallelsaver.stored.Format;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Requests, and a daemon's options, for tests. */
final class Requests {
  private Requests() {}

  static Request save(Path target, Path... sources) {
    return request(Kind.SAVE, Format.of(target), 0, target, sources);
  }

  /** One that takes its time, if its source is large. */
  static Request compress(Path target, Path source) {
    return request(Kind.SAVE, Format.NPZ, 9, target, source);
  }

  static Request restore(Path directory, Path source) {
    return request(Kind.RESTORE, Format.NPY, 0, directory, source);
  }

  static Request request(Kind kind, Format format, int level, Path target, Path... sources) {
    return new Request(
        kind,
        List.of(sources).stream().map(source -> new Source(null, source)).toList(),
        target,
        format,
        false,
        null,
        Durability.SYNC,
        level,
        Profile.ALIGNED.alignment(),
        NpyHeader.MAX_LENGTH);
  }

  static ServiceOptions options(Path directory) {
    return new ServiceOptions(
        directory.resolve("run"),
        directory.resolve("state"),
        List.of(directory),
        SaverOptions.defaults().withWorkers(1).withLocalBytes(0),
        1,
        100,
        1 << 30,
        100,
        Duration.ofDays(1),
        Duration.ZERO);
  }
}

package io.parallelsaver.bench.growth;

import io.parallelsaver.NamedArrays;
import io.parallelsaver.Saver;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.bench.BitForBit;
import io.parallelsaver.bench.Peak;
import io.parallelsaver.cli.ByteSize;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.output.Durability;
import io.parallelsaver.stored.StoredArrays;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Ever more bytes in arrays of the same size, saved durably: the same Java arrays under ever more names. */
final class ByteGrowth implements Experiment {
  private static final double GIB = 1 << 30;
  private static final long SLACK = 1L << 30;

  /** How many arrays of a file are compared: all of the smallest one. */
  private static final int COMPARED = 8;

  private final Conditions conditions;

  ByteGrowth(Conditions conditions) {
    this.conditions = conditions;
  }

  @Override
  public Findings measure() {
    List<List<Object>> rows = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    notes.add(
        "Shared memory: the most that all files of the run had, their holes included, seen every 20 ms.");
    long least = conditions.extent().bytes.get(0);
    Map<String, NDArray> arrays = Conditions.javaArrays(least).asMap();
    try (Saver saver = conditions.saver(Durability.SYNC)) {
      saveTimed(saver, NamedArrays.of(arrays));
      for (long bytes : conditions.extent().bytes) {
        long usable = usable();
        if (usable < bytes + SLACK) {
          notes.add("Left out: " + ByteSize.text(bytes) + ", since the disk has only "
              + ByteSize.text(usable) + " left.");
          continue;
        }
        rows.add(row(saver, named(arrays, bytes / least), bytes));
      }
    }
    return new Findings(
        "Bytes: float64, durability sync, " + Conditions.WORKERS + " warm workers",
        List.of(
            Column.bytes("bytes", "size"),
            Column.count("arrays", "arrays"),
            Column.number("seconds", "seconds", "%.3f"),
            Column.number("seconds_per_gib", "s/GiB", "%.3f"),
            Column.bytes("shared_memory", "shared memory")),
        rows,
        notes);
  }

  private List<Object> row(Saver saver, NamedArrays arrays, long bytes) {
    double seconds;
    long shared;
    try (Peak staging = StagingMemory.watch(conditions.options().pool().sharedMemory())) {
      seconds = saveTimed(saver, arrays);
      shared = staging.stop();
    }
    return List.of(bytes, arrays.asMap().size(), seconds, seconds * GIB / bytes, shared);
  }

  private double saveTimed(Saver saver, NamedArrays arrays) {
    Path file = conditions.file("bytes.npz");
    try {
      double seconds = saver.save(file, arrays).seconds();
      check(arrays.asMap(), file);
      return seconds;
    } finally {
      Conditions.delete(file);
    }
  }

  private static NamedArrays named(Map<String, NDArray> arrays, long times) {
    NamedArrays all = NamedArrays.of();
    for (int i = 0; i < times; i++) {
      int copy = i;
      arrays.forEach((name, array) -> all.and(name + "_" + copy, array));
    }
    return all;
  }

  /** Looks at arrays from all over the file; at all of a large one would take longer than to write it. */
  private static void check(Map<String, NDArray> arrays, Path file) {
    try (StoredArrays stored = StoredArrays.open(file)) {
      List<String> names = List.copyOf(arrays.keySet());
      if (!names.equals(List.copyOf(stored.keys()))) {
        throw new SaverException(file + " has other names than were saved");
      }
      Map<String, NDArray> wanted = new LinkedHashMap<>();
      for (int i = 0; i < COMPARED; i++) {
        // The last one is among them.
        String name = names.get((i + 1) * names.size() / COMPARED - 1);
        wanted.put(name, arrays.get(name));
      }
      BitForBit.mustEqual(wanted, stored.select(List.copyOf(wanted.keySet())), file);
    }
  }

  private long usable() {
    try {
      return Files.getFileStore(conditions.directory()).getUsableSpace();
    } catch (IOException e) {
      throw new SaverException("cannot look at the file system: " + e, e);
    }
  }
}

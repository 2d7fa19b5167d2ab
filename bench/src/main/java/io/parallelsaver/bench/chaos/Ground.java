package io.parallelsaver.bench.chaos;

import io.parallelsaver.bench.PythonPeer;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.shm.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The files that chaos works on, what each target holds at present, and NumPy, which judges. */
final class Ground {
  static final List<String> VERSIONS = List.of("0", "1");

  private final Path scratch;
  private final PythonPeer numpy;
  private final Map<String, String> sums = new HashMap<>();

  /** Version that each target holds; none if it is absent. */
  private final Map<Operation, String> held = new HashMap<>();

  Ground(Path scratch, PythonPeer numpy, long size) {
    this.scratch = scratch;
    this.numpy = numpy;
    for (String version : VERSIONS) {
      judge("make", version, scratch.resolve(version), size);
      Path archive = Operation.archive(scratch, version);
      Child.run("save", archive.toString(), scratch.resolve(version).toString());
      expectNothing(judge("archive", archive, version));
      sums.put(version, judge("sums", version));
    }
    try {
      for (Operation operation : Operation.values()) {
        Files.createDirectories(operation.folder(scratch));
      }
    } catch (IOException e) {
      throw new SaverException("cannot write to " + scratch + ": " + e, e);
    }
  }

  private static void expectNothing(String wrong) {
    if (!wrong.isEmpty()) {
      throw new SaverException("before any kill: " + wrong);
    }
  }

  private String judge(Object... words) {
    Object[] all = new Object[words.length + 1];
    all[0] = "judge";
    System.arraycopy(words, 0, all, 1, words.length);
    return numpy.ask(all).strip();
  }

  Path scratch() {
    return scratch;
  }

  /** What a target holds, or null. */
  String held(Operation operation) {
    return held.get(operation);
  }

  void hold(Operation operation, String version) {
    held.put(operation, version);
  }

  /** Makes a target absent. */
  void clear(Operation operation) {
    try {
      Path target = operation.target(scratch);
      if (Files.exists(target)) {
        Trees.delete(target);
      }
    } catch (IOException e) {
      throw new SaverException("cannot clear " + operation + ": " + e, e);
    }
    held.remove(operation);
  }

  /** Files of a target and what tells each from one that takes its place. */
  Map<Path, Object> identity(Operation operation) {
    Map<Path, Object> found = new TreeMap<>();
    Path target = operation.target(scratch);
    if (target == null || !Files.exists(target)) {
      return found;
    }
    try (Stream<Path> files = Files.walk(target)) {
      for (Path file : files.filter(Ground::isResult).toList()) {
        found.put(file, Files.readAttributes(file, BasicFileAttributes.class).fileKey());
      }
    } catch (IOException | UncheckedIOException e) {
      // It is being changed at this moment.
      found.put(target, new Object());
    }
    return found;
  }

  private static boolean isResult(Path file) {
    return Files.isRegularFile(file) && !file.toString().contains(".unfinished");
  }

  /** Unfinished files beside or in a target. */
  List<Path> unfinished(Operation operation) {
    Path folder = operation.isDirectory() ? operation.target(scratch) : operation.folder(scratch);
    return Sighting.list(folder, "*parallel-saver*");
  }

  /** What is wrong with a target that must be whole and of this version, or absent if that is null; nothing if all is right. */
  String wrong(Operation operation, String version) {
    Path target = operation.target(scratch);
    if (version == null) {
      return identity(operation).isEmpty() ? "" : target + " must be absent";
    }
    if (!Files.exists(target)) {
      return target + " is gone";
    }
    return judge(operation.isDirectory() ? "directory" : "archive", target, version);
  }

  /** The same of a folder whose files may be of either version. */
  String wrongMixture(Operation operation) {
    return judge("directory", operation.target(scratch), "0", "1");
  }

  /** Nothing, if a command has printed what NumPy finds in this version. */
  String wrongSums(List<String> said, String version) {
    return said.contains(sums.get(version))
        ? ""
        : "other checksums than NumPy's " + sums.get(version);
  }

  /** What does not belong into a target's folder. */
  List<Path> strangers(Operation operation) {
    if (!operation.hasTarget()) {
      return List.of();
    }
    Path target = operation.target(scratch);
    List<Path> found = new ArrayList<>(Sighting.list(operation.folder(scratch), "*"));
    found.remove(target);
    if (operation.isDirectory()) {
      found.addAll(unfinished(operation));
    }
    return found;
  }
}

package io.parallelsaver.bench;

import io.parallelsaver.NamedArrays;
import io.parallelsaver.Saver;
import io.parallelsaver.SaverOptions;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.output.Durability;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;

/** What works share: arrays, a Python that has the same arrays, savers with warm workers, and a place for files. */
final class Workbench implements AutoCloseable {
  private final Scale scale;
  private final SaverOptions options;
  private final Path directory;
  private final PythonPeer python;
  private final Map<Sample, NamedArrays> samples = new EnumMap<>(Sample.class);
  private final Set<Sample> held = EnumSet.noneOf(Sample.class);

  /**
   * @param directory an empty one, on the file system that is measured
   */
  Workbench(Scale scale, SaverOptions options, Path directory, PythonPeer python) {
    this.scale = scale;
    this.options = options.withWorkers(Scale.WORKERS);
    this.directory = directory.toAbsolutePath();
    this.python = python;
  }

  Scale scale() {
    return scale;
  }

  PythonPeer python() {
    return python;
  }

  Path file(String name) {
    return directory.resolve(name);
  }

  NamedArrays arrays(Sample sample) {
    return samples.computeIfAbsent(sample, each -> each.make(scale));
  }

  long bytes(Sample sample) {
    return arrays(sample).asMap().values().stream()
        .mapToLong(array -> array.data().length())
        .sum();
  }

  /** A saver whose workers are up. Whoever opens it closes it: idle workers would disturb those who are measured next. */
  Saver saver(Durability durability, int level) {
    return Saver.open(options.withDurability(durability).withLevel(level)).awaitReady();
  }

  /** An archive to read, no byte of which waits to be written. */
  void archive(Sample sample, Saver saver, Path file) {
    saver.save(file, arrays(sample));
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    } catch (IOException e) {
      throw new SaverException("cannot force " + file + ": " + e, e);
    }
  }

  /** Gives Python the same arrays, and both sides memory that has been touched. */
  void hold(Sample sample, Saver saver) {
    if (held.add(sample)) {
      Path file = file("held.npz");
      archive(sample, saver, file);
      python.ask("hold", sample, file);
      delete(file);
    }
  }

  /** Forgets all samples but the one that most works use. */
  void forget() {
    samples.keySet().removeIf(sample -> sample != Sample.EIGHT);
    for (Iterator<Sample> each = held.iterator(); each.hasNext(); ) {
      Sample sample = each.next();
      if (sample != Sample.EIGHT) {
        python.ask("drop", sample);
        each.remove();
      }
    }
  }

  /** So that the memory of a file comes back before the next is written. */
  static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new SaverException("cannot remove " + file + ": " + e, e);
    }
  }

  /**
   * Bit for bit.
   *
   * @throws CorruptException if these are not the sample's arrays
   */
  void mustEqual(Sample sample, Map<String, NDArray> found, Object where) {
    BitForBit.mustEqual(arrays(sample).asMap(), found, where);
  }

  /**
   * NumPy is the judge of what we have written.
   *
   * @throws CorruptException if it reads anything else than the sample's arrays
   */
  void mustBeReadByNumPy(Sample sample, Path file) {
    mustBeEmpty(python.ask("reads", sample, file), file);
  }

  /**
   * @throws CorruptException if Python's answer names a difference
   */
  static void mustBeEmpty(String difference, Object where) {
    if (!difference.isEmpty()) {
      throw new CorruptException(where + ": " + difference);
    }
  }

  @Override
  public void close() {
    python.close();
  }
}

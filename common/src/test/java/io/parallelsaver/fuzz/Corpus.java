package io.parallelsaver.fuzz;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * What the fuzzer begins with: files as NumPy, Python and the safetensors library wrote them, the inputs of long runs that reached
 * something new ({@code corpus.zip}), and each that ever found a fault ({@code regressions}).
 */
final class Corpus {
  private static final Path RESOURCES = Path.of("src", "test", "resources");

  private Corpus() {}

  /** All inputs of a target. */
  static List<byte[]> of(Target target) {
    List<byte[]> inputs = new ArrayList<>(goldens(target));
    Path kept = RESOURCES.resolve("fuzz").resolve(target.toString());
    inputs.addAll(zipped(kept.resolve("corpus.zip")));
    inputs.addAll(files(kept.resolve("regressions"), ""));
    return inputs;
  }

  private static List<byte[]> goldens(Target target) {
    return switch (target) {
      case NPY -> files(RESOURCES.resolve("golden"), ".npy");
      case ARCHIVE, SALVAGE -> files(RESOURCES.resolve("golden"), ".npz");
      case SAFETENSORS -> files(RESOURCES.resolve("golden-safetensors"), ".safetensors");
      case INDEX -> files(RESOURCES.resolve("golden-index"), ".json");
      case PICKLE -> pickles();
      case JOB -> List.of();
    };
  }

  private static List<byte[]> pickles() {
    List<byte[]> pickles = new ArrayList<>();
    for (byte[] table : files(RESOURCES.resolve("golden-pickle"), ".tsv")) {
      new String(table, StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.substring(line.lastIndexOf('\t') + 1))
          .forEach(pickle -> pickles.add(Base64.getDecoder().decode(pickle)));
    }
    return pickles;
  }

  private static List<byte[]> files(Path folder, String suffix) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<byte[]> contents = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(suffix)).sorted().toList()) {
        contents.add(Files.readAllBytes(file));
      }
      return contents;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<byte[]> zipped(Path file) {
    List<byte[]> contents = new ArrayList<>();
    if (Files.exists(file)) {
      try (InputStream in = Files.newInputStream(file);
          ZipInputStream zip = new ZipInputStream(in)) {
        for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
          contents.add(zip.readAllBytes());
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return contents;
  }
}

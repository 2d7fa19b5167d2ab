package io.parallelsaver.faults;

import static java.util.stream.Collectors.toMap;

import io.parallelsaver.Saver;
import io.parallelsaver.SaverOptions;
import io.parallelsaver.shm.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * One call in the midst of which something fails.
 *
 * @param name what it does
 * @param options of the saver that does it
 * @param target file or directory it writes
 * @param call does it; returns what comes back to the caller, or something equal each time
 */
record Scenario(String name, SaverOptions options, Path target, Call call) {

  /** What is done. */
  interface Call {
    Object run(Saver saver);
  }

  /** Every file of the target with its bytes. */
  Map<String, String> state() {
    if (Files.notExists(target)) {
      return Map.of();
    }
    try (Stream<Path> files = Files.walk(target)) {
      return new TreeMap<>(files
          .filter(file -> Files.isRegularFile(file) && !file.toString().contains("unfinished"))
          .collect(toMap(file -> target.relativize(file).toString(), Scenario::bytes)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String bytes(Path file) {
    try {
      return Base64.getEncoder().encodeToString(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes the target what another save has left. */
  void reset(Map<String, String> old) throws IOException {
    Trees.delete(target);
    for (Map.Entry<String, String> file : old.entrySet()) {
      Path place = target.resolve(file.getKey());
      if (file.getKey().isEmpty()) {
        place = target;
      }
      Files.createDirectories(place.getParent());
      Files.write(place, Base64.getDecoder().decode(file.getValue()));
    }
  }
}

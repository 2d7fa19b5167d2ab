package io.parallelsaver.bench.chaos;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What is under way when the blow falls. */
enum Operation {
  SAVE("t.npz", "save", "TARGET", "FILES"),
  SAVE_COMPRESSED("c.npz", "save", "--compress", "1", "TARGET", "FILES"),
  CONVERT("k.npz", "convert", "ARCHIVE", "TARGET", "--align", "4096"),
  RESTORE("files", "restore", "ARCHIVE", "--out", "TARGET"),
  SAVE_HEAP("h.npz", "chaos", "drive", "save", "ARCHIVE", "TARGET"),
  RESTORE_HEAP(null, "chaos", "drive", "restore", "ARCHIVE"),
  RESTORE_SHARED(null, "chaos", "drive", "share", "ARCHIVE");

  private final String target;
  private final List<String> words;

  Operation(String target, String... words) {
    this.target = target;
    this.words = List.of(words);
  }

  /** Whether it leaves anything when it has ended. If not, it prints the sums of the arrays that it has restored. */
  boolean hasTarget() {
    return target != null;
  }

  boolean isDirectory() {
    return this == RESTORE;
  }

  /** The file or directory that it writes, in a folder of its own. */
  Path target(Path scratch) {
    return hasTarget() ? folder(scratch).resolve(target) : null;
  }

  /** Where nothing may be but the target. */
  Path folder(Path scratch) {
    return scratch.resolve("targets").resolve(name().toLowerCase(Locale.ROOT));
  }

  /**
   * Arguments of the command.
   *
   * @param version of the arrays
   */
  List<String> arguments(Path scratch, String version) {
    List<String> arguments = new ArrayList<>();
    for (String word : words) {
      arguments.add(
          switch (word) {
            case "TARGET" -> target(scratch).toString();
            case "FILES" -> scratch.resolve(version).toString();
            case "ARCHIVE" -> archive(scratch, version).toString();
            default -> word;
          });
    }
    arguments.addAll(List.of("--workers", "2"));
    return arguments;
  }

  static Path archive(Path scratch, String version) {
    return scratch.resolve(version + ".npz");
  }
}

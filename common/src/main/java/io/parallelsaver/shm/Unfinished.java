package io.parallelsaver.shm;

import io.parallelsaver.shards.SetStaging;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a call has not finished yet, beside its target: a file or directory {@code .RUN-CALL.unfinished}, or the folder of a sharded set, {@code
 * .RUN-CALL.shards}. Its name carries the run's, so that
 * anybody can tell whose it is.
 *
 * @param path where it is
 * @param folders those around it that were made for it, outermost first
 */
record Unfinished(Path path, List<Path> folders) {
  private static final Pattern NAME = Pattern.compile(
      "\\.(" + RunDirectory.PREFIX + "[0-9]{1,18}-[0-9a-f]{16})-[0-9]{1,18}\\.(unfinished|shards)");

  static String name(String run, String call) {
    return "." + run + "-" + call + ".unfinished";
  }

  /** The name of the run that has given a file this name, if one has. */
  static Optional<String> run(Path file) {
    Matcher name = NAME.matcher(file.getFileName().toString());
    return name.matches() ? Optional.of(name.group(1)) : Optional.empty();
  }

  /** Text of a note: the path and each folder, with a 0 behind each. */
  String note() {
    StringBuilder text = new StringBuilder().append(path.toAbsolutePath()).append('\0');
    folders.forEach(folder -> text.append(folder.toAbsolutePath()).append('\0'));
    return text.toString();
  }

  /** What a note of a run says; empty if that is nothing this call can have made: cut off, or not written by a run. */
  static Optional<Unfinished> of(String run, Path note, String text) {
    String[] paths = text.split("\0", -1);
    Path path = Path.of(paths[0]);
    boolean named = path.isAbsolute()
        && (path.endsWith(name(run, note.toString()))
            || SetStaging.set(path).equals(Optional.of(run + "-" + note)));
    if (!named) {
      return Optional.empty();
    }
    List<Path> folders = new ArrayList<>();
    // Behind the last 0 is nothing, unless the note is cut off.
    for (int i = 1; i < paths.length - 1; i++) {
      Path folder = Path.of(paths[i]);
      if (folder.getNameCount() > 0 && path.startsWith(folder)) {
        folders.add(folder);
      }
    }
    return Optional.of(new Unfinished(path, folders));
  }
}

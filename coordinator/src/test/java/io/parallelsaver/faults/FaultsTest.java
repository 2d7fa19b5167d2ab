package io.parallelsaver.faults;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.testing.ChildProcess;
import io.parallelsaver.testing.OnFirstJava;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every call of the system that a save, a restore and a conversion make on files of theirs fails once, in the coordinator and in its
 * workers; {@code -Dfaults=all} leaves out none of those that starting a worker makes, too.
 */
@OnFirstJava
class FaultsTest {
  private static final Path SOURCE = Path.of("src/test/c/faults.c");

  @TempDir
  Path directory;

  /** Where CI is set a C compiler must be there. */
  static boolean noCompiler() {
    return System.getenv("CI") == null
        && List.of(System.getenv("PATH").split(":")).stream()
            .noneMatch(folder -> Files.isExecutable(Path.of(folder, "cc")));
  }

  /** Compiles the library. */
  static Path library(Path directory) {
    Path library = directory.resolve("faults.so");
    try (ChildProcess cc = ChildProcess.start(
        "cc", "-shared", "-fPIC", "-O2", "-o", library.toString(), SOURCE.toString(), "-ldl")) {
      cc.finish();
    }
    return library;
  }

  @Test
  @DisabledIf("noCompiler")
  void leavesTheOldFileAndAClearErrorWhateverFails() throws Exception {
    Path library = library(directory);
    Path root = Files.createDirectory(directory.resolve("root")).toRealPath();
    Path control = directory.resolve("control");
    FaultControl.create(control, root);
    List<String> command = new ArrayList<>(List.of(
        "env",
        "LD_PRELOAD=" + library,
        "FAULTS_CONTROL=" + control,
        "PARALLEL_SAVER_WORKER_ENV=LD_PRELOAD FAULTS_CONTROL"));
    command.addAll(ChildProcess.command(
        FaultMain.class,
        control.toString(),
        root.toString(),
        System.getProperty("faults", "short")));
    try (ChildProcess runs = ChildProcess.start(command.toArray(String[]::new))) {
      List<String> lines = runs.finish();
      String last = lines.get(lines.size() - 1);
      System.out.println(last);
      assertTrue(
          lines.get(lines.size() - 2).matches("[1-9][0-9]+ of them in workers"),
          lines.get(lines.size() - 2));
      assertTrue(last.matches("faults: [1-9][0-9]{2,} injected, [0-9]+ right"), last);
    }
  }
}

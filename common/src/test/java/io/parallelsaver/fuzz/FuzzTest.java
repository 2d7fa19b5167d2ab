package io.parallelsaver.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.parallelsaver.testing.OnFirstJava;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Runs the fuzzer for a short while, and everything it ever found. For longer: {@code -Dfuzz.seconds=3600}, with {@code -Dfuzz.corpus}
 * naming a folder where what it learns is kept.
 */
@OnFirstJava
class FuzzTest {
  private static final int SECONDS = Integer.getInteger("fuzz.seconds", 1);

  /** From then on the second compiler gives back what it takes: in the first seconds it does little else than compile. */
  private static final int LONG_SECONDS = 60;

  private static final String KEPT = System.getProperty("fuzz.corpus");
  private static final int SEED =
      Integer.getInteger("test.seed", new Random().nextInt(Integer.MAX_VALUE));
  private static final Pattern DONE = Pattern.compile("Done (\\d+) runs");

  /** More than the fuzzer needs to come up, also on a busy machine. */
  private static final int PATIENCE_SECONDS = 120;

  @TempDir
  Path directory;

  /** For the targets' files in this JVM; they are made when a target is first used. */
  @BeforeAll
  static void scratch(@TempDir Path folder) {
    System.setProperty(FuzzInput.SCRATCH, folder.toString());
  }

  @ParameterizedTest
  @EnumSource
  void readsTheWholeCorpus(Target target) throws IOException {
    List<byte[]> inputs = Corpus.of(target);
    assertTrue(inputs.size() >= 5, inputs.size() + " inputs");
    for (byte[] input : inputs) {
      target.read(input);
    }
  }

  @ParameterizedTest
  @EnumSource
  void findsNothing(Target target) throws Exception {
    Path seeds = Files.createDirectory(directory.resolve("seeds"));
    int number = 0;
    for (byte[] input : Corpus.of(target)) {
      Files.write(seeds.resolve("seed-" + number++), input);
    }
    Path learned = KEPT == null ? directory.resolve("learned") : Path.of(KEPT, target.toString());
    Files.createDirectories(learned);
    Path log = directory.resolve("log");
    Process fuzzer = new ProcessBuilder(command(target, learned, seeds))
        .redirectErrorStream(true)
        .redirectOutput(Redirect.to(log.toFile()))
        .start();
    try {
      if (!fuzzer.waitFor(SECONDS + PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        fail("the fuzzer does not end:\n" + Files.readString(log));
      }
    } finally {
      fuzzer.destroyForcibly();
    }
    String output = Files.readString(log);
    if (fuzzer.exitValue() != 0) {
      fail(target + ", seed " + SEED + ": exit " + fuzzer.exitValue() + ":\n" + output);
    }
    Matcher done = DONE.matcher(output);
    assertTrue(done.find() && Long.parseLong(done.group(1)) > number, output);
    System.out.println("fuzz: " + target + ", " + done.group(1) + " inputs in " + SECONDS
        + " s, 0 faults, seed " + SEED);
  }

  private List<String> command(Target target, Path learned, Path seeds) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-Xss1m", "-D" + FuzzInput.SCRATCH + "=" + directory));
    command.add("-XX:+UseSerialGC");
    if (SECONDS < LONG_SECONDS) {
      command.add("-XX:TieredStopAtLevel=1");
    }
    if (Runtime.version().feature() >= 21) {
      command.addAll(
          List.of("-XX:+EnableDynamicAgentLoading", "--enable-native-access=ALL-UNNAMED"));
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("com.code_intelligence.jazzer.Jazzer");
    command.add("--target_class=" + target.className());
    command.add("--instrumentation_includes=io.parallelsaver.**");
    command.add("--custom_hook_includes=io.parallelsaver.**");
    command.add("--reproducer_path=" + directory);
    command.addAll(List.of(
        "-max_total_time=" + SECONDS,
        "-timeout=10",
        "-rss_limit_mb=2048",
        "-seed=" + SEED,
        "-artifact_prefix=" + learned.resolve("found-"),
        learned.toString(),
        seeds.toString()));
    return command;
  }
}

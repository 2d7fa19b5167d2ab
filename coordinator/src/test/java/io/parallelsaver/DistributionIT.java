package io.parallelsaver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tree that users get: what is in it, and how its launcher finds its home and its Java. */
class DistributionIT {
  private static final Path HOME = Path.of(System.getProperty("parallelsaver.home"));
  private static final Path LAUNCHER = HOME.resolve("bin/parallel-saver");

  @TempDir
  Path temp;

  @Test
  void holdsEachLibraryOnceAndNoneThatCallsHome() throws IOException {
    Map<String, Path> byName = new HashMap<>();
    for (Path jar : list(HOME.resolve("lib"))) {
      // A classifier stands behind the version: jffi-1.3.12-native.jar is not a second
      // jffi-1.3.12.jar.
      String name = jar.getFileName().toString().replaceFirst("-\\d+(\\.\\d+)*(-SNAPSHOT)?", "");
      assertEquals(null, byName.put(name, jar), "two versions of " + name);
    }
    assertTrue(
        byName.containsKey("parallel-saver-worker.jar"), () -> "no worker in " + byName.keySet());
    assertTrue(
        byName.containsKey("chronicle-queue.jar"),
        () -> "no Chronicle Queue in " + byName.keySet());
    assertTrue(
        !byName.containsKey("chronicle-analytics.jar"), () -> "analytics in " + byName.keySet());
  }

  @Test
  void findsItsHomeThroughSymbolicLinksAndPassesArgumentsWhole() throws Exception {
    Path first = Files.createSymbolicLink(temp.resolve("first link"), LAUNCHER);
    Path second = Files.createSymbolicLink(temp.resolve("second"), Path.of("first link"));
    Path java = fakeJava("17.0.15");
    String said = run(0, second, Map.of("JAVA_HOME", java.toString()), "save", "two words", "*");
    List<String> args = said.lines().toList();
    assertTrue(args.contains("-Dparallelsaver.home=" + HOME.toRealPath()), said);
    assertEquals(List.of("save", "two words", "*"), args.subList(args.size() - 3, args.size()));
    Files.delete(second);
    Files.delete(first);
  }

  @Test
  void findsItsHomeFromWhereverItIsCalled() throws Exception {
    Map<String, String> env = Map.of("JAVA_HOME", fakeJava("17.0.15").toString());
    Path folder = Files.createSymbolicLink(temp.resolve("folder"), HOME.toRealPath());
    Path here = Path.of("").toAbsolutePath();
    for (Path path : List.of(folder.resolve("bin/parallel-saver"), here.relativize(LAUNCHER))) {
      String said = run(0, path, env, "save");
      assertTrue(said.lines().toList().contains("-Dparallelsaver.home=" + HOME.toRealPath()), said);
    }
    Files.delete(folder);
  }

  @Test
  void knowsItsJavaBehindLinks() throws Exception {
    Path java = fakeJava("16");
    Path bin = Files.createDirectories(temp.resolve("path"));
    Path link = Files.createSymbolicLink(temp.resolve("alternative"), java.resolve("bin/java"));
    Files.createSymbolicLink(bin.resolve("java"), link);
    Map<String, String> env = Map.of("JAVA_HOME", "", "PATH", bin + ":" + System.getenv("PATH"));
    String said = run(1, LAUNCHER, env, "save");
    assertTrue(said.contains(bin.resolve("java") + " is too old"), said);
  }

  @Test
  void passesTheUsersFlagsAfterItsOwn() throws Exception {
    Map<String, String> env =
        Map.of("JAVA_HOME", fakeJava("17.0.15").toString(), "PARALLEL_SAVER_OPTS", "-Xmx1g *");
    List<String> args = run(0, LAUNCHER, env).lines().toList();
    int ours = args.indexOf("@" + HOME.toRealPath().resolve("config/jvm.options"));
    assertTrue(ours >= 0 && ours < args.indexOf("-Xmx1g"), args::toString);
    assertTrue(args.contains("*"), args::toString);
  }

  @Test
  void givesTheFlagsOfJava24OnlyToJava24AndNewer() throws Exception {
    for (String version : List.of("17.0.15", "23", "24", "25.0.3")) {
      String said = run(0, LAUNCHER, Map.of("JAVA_HOME", fakeJava(version).toString()));
      assertEquals(
          version.compareTo("24") >= 0, said.contains("jvm-24.options"), version + ": " + said);
    }
  }

  @Test
  void saysWhatToDoWithoutAJava() throws Exception {
    String gone = run(1, LAUNCHER, Map.of("JAVA_HOME", temp.resolve("gone").toString()));
    assertTrue(gone.contains("no Java at " + temp.resolve("gone/bin/java")), gone);
    for (String version : List.of("1.8.0_402", "11.0.22", "16")) {
      Path old = fakeJava(version);
      String said = run(1, LAUNCHER, Map.of("JAVA_HOME", old.toString()));
      assertTrue(said.contains(old.resolve("bin/java") + " is too old"), said);
    }
  }

  @Test
  void itsFlagsSuitTheJavaOfThisRun() throws Exception {
    Map<String, String> env = Map.of(
        "JAVA_HOME",
        System.getProperty("java.home"),
        "PARALLEL_SAVER_OPTS",
        "-XX:+PrintFlagsFinal -version");
    String said = run(0, LAUNCHER, env);
    assertTrue(said.contains("UseSerialGC"), said);
    assertTrue(!said.contains("WARNING"), said);
  }

  @Test
  void usesItsClassDataUntilTheFilesAreOthers() throws Exception {
    Path home = temp.resolve("home");
    try (Stream<Path> tree = Files.walk(HOME)) {
      for (Path each : (Iterable<Path>) tree::iterator) {
        Path copy = home.resolve(HOME.relativize(each).toString());
        Files.copy(each, copy, StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    Path launcher = home.resolve("bin/parallel-saver");
    Path classes = temp.resolve("classes");
    Map<String, String> env = Map.of(
        "JAVA_HOME",
        System.getProperty("java.home"),
        "PARALLEL_SAVER_OPTS",
        "-Xlog:class+load:file=" + classes,
        "PARALLEL_SAVER_SHM",
        temp.toString());
    String sweep = "io.parallelsaver.shm.Sweep source: ";
    String archived = sweep + "shared objects file";

    String said = run(0, launcher, env, "clean");
    assertTrue(Files.readString(classes).contains(sweep));
    assertFalse(Files.readString(classes).contains(archived), "nothing is made unasked");
    // In memory of its own: it would say what it has swept where others are.
    Map<String, String> quiet =
        Map.of("JAVA_HOME", System.getProperty("java.home"), "PARALLEL_SAVER_SHM", temp.toString());
    String made = run(0, launcher, quiet, "class-data");
    assertTrue(made.startsWith("made " + home.resolve("lib/class-data")), made);
    assertEquals(said, run(0, launcher, env, "clean"));
    assertTrue(Files.readString(classes).contains(archived));
    assertTrue(
        Files.readAllLines(classes).stream()
            .filter(line -> line.contains("picocli.") || line.contains("RootCommand$$Lambda"))
            .allMatch(line -> line.endsWith("source: shared objects file")),
        "classes that take long to load otherwise");

    for (Path jar : list(home.resolve("lib"))) {
      Files.setLastModifiedTime(jar, FileTime.fromMillis(0));
    }
    assertEquals(said, run(0, launcher, env, "clean"), "and says nothing of it");
    assertFalse(Files.readString(classes).contains(archived));
  }

  /** A Java home of that version whose {@code java} prints its arguments, one on a line. */
  private Path fakeJava(String version) throws IOException {
    Path home = temp.resolve("java-" + version);
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(
        home.resolve("release"), "IMPLEMENTOR=\"none\"\nJAVA_VERSION=\"" + version + "\"\n");
    Path java = Files.writeString(home.resolve("bin/java"), "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
    assertTrue(java.toFile().setExecutable(true));
    return home;
  }

  private String run(int expectedExit, Path program, Map<String, String> env, String... args)
      throws Exception {
    Path out = temp.resolve("out");
    ProcessBuilder builder = new ProcessBuilder(
        Stream.concat(Stream.of(program.toString()), Stream.of(args)).toList());
    builder.environment().remove("PARALLEL_SAVER_OPTS");
    builder.redirectErrorStream(true).redirectOutput(out.toFile()).environment().putAll(env);
    Process process = builder.start();
    boolean ended = process.waitFor(60, TimeUnit.SECONDS);
    if (!ended) {
      process.destroyForcibly().waitFor();
    }
    String said = Files.readString(out);
    assertTrue(ended, () -> "no end within 60 s: " + said);
    assertEquals(expectedExit, process.exitValue(), said);
    assertNotEquals("", said);
    return said;
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }
}

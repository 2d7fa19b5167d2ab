package io.parallelsaver.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An archive of what coordinators and workers load from jars, as {@code parallel-saver class-data} makes one: the processes that tests start, most
 * of what the tests cost, start faster with it.
 */
public final class ClassData {
  private static final String ARCHIVE = "parallelsaver.classdata";
  private static final String CLASS_PATH = "java.class.path";

  /** Where it was made to be, and without a word if it does not fit. */
  private static final List<String> QUIET = List.of(
      "-XX:+UnlockDiagnosticVMOptions",
      "-XX:ArchiveRelocationMode=0",
      "-Xlog:cds=off",
      "-Xlog:class+path=off");

  /** What the JVM takes of a list: classes, and whole lines about those that it makes at run time. */
  private static final Pattern LISTED = Pattern.compile("[A-Za-z_$][A-Za-z0-9_$/]*"
      + "|@lambda-proxy( [^ @]+){9}"
      + "|@lambda-form-invoker \\[LF_RESOLVE]( [^ @]+){3}"
      + "|@lambda-form-invoker \\[SPECIES_RESOLVE] [^ @]+");

  private ClassData() {}

  /** The flags of a JVM that uses it; none if none was made. */
  static List<String> flags() {
    String archive = System.getProperty(ARCHIVE);
    if (archive == null) {
      return List.of();
    }
    List<String> flags = new ArrayList<>(QUIET);
    flags.add("-XX:SharedArchiveFile=" + archive);
    flags.add("-D" + ARCHIVE + "=" + archive);
    return flags;
  }

  /**
   * Makes one, for all processes that are started from now on.
   *
   * @param main a command that starts a worker
   * @param arguments what it is given, behind which comes an empty folder
   */
  public static void make(Class<?> main, String... arguments) {
    System.setProperty(CLASS_PATH, jarsFirst());
    try {
      Path folder = Files.createTempDirectory(Path.of("target"), "class-data").toAbsolutePath();
      Path archive = folder.resolve("classes.jsa");
      Path list = Files.write(folder.resolve("list"), listed(folder, main, arguments));
      List<String> dump = ChildProcess.javaWithFlags();
      dump.addAll(QUIET);
      dump.addAll(List.of(
          "-Xshare:dump",
          "-XX:SharedClassListFile=" + list,
          "-XX:SharedArchiveFile=" + archive,
          "-cp",
          entries(false).collect(Collectors.joining(File.pathSeparator))));
      try (ChildProcess java = ChildProcess.start(dump.toArray(String[]::new))) {
        java.finish();
      }
      System.setProperty(ARCHIVE, archive.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static TreeSet<String> listed(Path folder, Class<?> main, String... arguments)
      throws IOException {
    Path own = folder.resolve("own");
    Path workers = folder.resolve("workers");
    List<String> command = new ArrayList<>(
        List.of("env", "PARALLEL_SAVER_WORKER_OPTS=-XX:DumpLoadedClassList=" + workers));
    command.addAll(ChildProcess.command(main, arguments));
    command.add(command.indexOf("-cp"), "-XX:DumpLoadedClassList=" + own);
    command.add(Files.createDirectory(folder.resolve("empty")).toString());
    try (ChildProcess java = ChildProcess.start(command.toArray(String[]::new))) {
      java.finish();
    }
    TreeSet<String> listed = new TreeSet<>();
    for (Path list : List.of(own, workers)) {
      // Classes are numbered anew in each.
      Files.readAllLines(list).stream()
          .map(line -> line.replaceFirst(" id: .*", ""))
          .filter(line -> LISTED.matcher(line).matches())
          .forEach(listed::add);
    }
    return listed;
  }

  /** An archive knows no folders, and is good for class paths that begin with the one it was made with. */
  private static String jarsFirst() {
    return Stream.concat(entries(false), entries(true))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static Stream<String> entries(boolean folders) {
    return Arrays.stream(System.getProperty(CLASS_PATH).split(File.pathSeparator))
        .filter(entry -> Files.isDirectory(Path.of(entry)) == folders);
  }
}

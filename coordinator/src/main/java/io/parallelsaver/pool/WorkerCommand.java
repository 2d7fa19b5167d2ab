package io.parallelsaver.pool;

import io.parallelsaver.error.SaverException;
import io.parallelsaver.log.ProcessLog;
import io.parallelsaver.shm.PrivateFile;
import io.parallelsaver.shm.RunDirectory;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The command line that starts a worker JVM. */
final class WorkerCommand {
  /** Workers move bytes outside the heap; jobs and receipts are all that is on it. */
  private static final List<String> HEAP = List.of("-Xms16m", "-Xmx128m", "-XX:-UsePerfData");

  /** Workers log in one way, whatever the application around the coordinator is set to. */
  private static final String LOGGING = "-D" + ProcessLog.FORM + "=terminal";

  /** All of the coordinator's environment that workers get, beside what PARALLEL_SAVER_WORKER_ENV names. */
  private static final Set<String> ENVIRONMENT =
      Set.of("HOME", "LD_LIBRARY_PATH", "MALLOC_ARENA_MAX", "PATH", "TMPDIR", "TZ");

  private WorkerCommand() {}

  static Process start(RunDirectory run, int seat, int id, List<String> main) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmFlags());
    command.addAll(HEAP);
    command.addAll(classData());
    command.addAll(words(System.getenv("PARALLEL_SAVER_WORKER_OPTS")));
    command.add(LOGGING);
    command.add("-XX:ErrorFile=" + privateFile(run.workerCrash(id)));
    command.addAll(List.of("-cp", classPath(), main.get(0)));
    command.addAll(List.of(run.path().toString(), Integer.toString(seat), Integer.toString(id)));
    command.addAll(main.subList(1, main.size()));
    ProcessBuilder builder = new ProcessBuilder(command);
    File log = privateFile(run.workerLog(id)).toFile();
    builder.redirectOutput(log).redirectErrorStream(true);
    keepNeeded(builder.environment());
    return builder.start();
  }

  /** Where this class comes from, too: Spark, for one, loads what a job brings from files that are on no JVM's class path. */
  private static String classPath() {
    String own = System.getProperty("java.class.path");
    if (!(WorkerCommand.class.getClassLoader() instanceof URLClassLoader loader)) {
      return own;
    }
    String brought = Arrays.stream(loader.getURLs())
        .filter(url -> url.getProtocol().equals("file"))
        .map(url -> Path.of(URI.create(url.toString())).toString())
        .collect(Collectors.joining(File.pathSeparator));
    return brought + File.pathSeparator + own;
  }

  /** The application's secrets, options for its JVM and libraries to be loaded into it are not the workers'. */
  private static void keepNeeded(Map<String, String> environment) {
    Set<String> kept = new HashSet<>(ENVIRONMENT);
    kept.addAll(words(System.getenv("PARALLEL_SAVER_WORKER_ENV")));
    environment.keySet().retainAll(kept);
    // Errors of the system come in words; these are compared. In plain C no file name could be
    // other than ASCII.
    environment.put("LC_ALL", "C.UTF-8");
  }

  /** Made before the worker can, whose umask is the user's: what workers write to the user's folders needs that. */
  private static Path privateFile(Path file) throws IOException {
    PrivateFile.create(file).close();
    return file;
  }

  /** The archive of classes that the launcher has found, if it has: it is good for workers too. */
  private static List<String> classData() {
    String archive = System.getProperty("parallelsaver.classdata");
    return archive == null
        ? List.of()
        : List.of(
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:ArchiveRelocationMode=0",
            "-XX:SharedArchiveFile=" + archive,
            "-Xlog:cds=off",
            "-Xlog:class+path=off");
  }

  private static List<String> words(String text) {
    return text == null || text.isBlank() ? List.of() : List.of(text.strip().split("\\s+"));
  }

  /** The flags of every JVM of ours that opens a queue: {@code config/jvm.options}, packed into this jar. */
  static List<String> jvmFlags() {
    List<String> flags = new ArrayList<>(lines("jvm.options"));
    if (Runtime.version().feature() >= 24) {
      flags.addAll(lines("jvm-24.options"));
    }
    return flags;
  }

  private static List<String> lines(String resource) {
    try (InputStream in = WorkerCommand.class.getResourceAsStream(resource)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text.lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new SaverException("cannot read " + resource + ": " + e, e);
    }
  }
}

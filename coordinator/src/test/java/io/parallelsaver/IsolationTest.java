package io.parallelsaver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.testing.ChildProcess;
import io.parallelsaver.testing.ProcessState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What others can see of a coordinator and its workers, in a process whose umask closes nothing. */
class IsolationTest {
  @TempDir
  Path directory;

  private Path sharedMemory;
  private Path files;
  private final List<Long> pids = new ArrayList<>();

  @BeforeEach
  void makeDirectories() throws IOException {
    sharedMemory = Files.createDirectory(directory.resolve("shm"));
    files = Files.createDirectory(directory.resolve("files"));
  }

  private ChildProcess start(String umask, String... environment) {
    List<String> command = new ArrayList<>(List.of("env"));
    command.addAll(List.of(environment));
    command.addAll(List.of("sh", "-c", "umask " + umask + "; exec \"$@\"", "sh"));
    command.addAll(
        ChildProcess.command(OpenCoordinator.class, sharedMemory.toString(), files.toString()));
    ChildProcess child = ChildProcess.start(command.toArray(String[]::new));
    child.awaitLine("workers");
    pids.add(child.pid());
    for (String line = child.readLine(); !line.startsWith("holding"); line = child.readLine()) {
      pids.add(Long.parseLong(line));
    }
    assertEquals(3, pids.size());
    return child;
  }

  private static void end(ChildProcess child) {
    child.closeInput();
    child.finish();
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void onlyTheOwnerCanOpenWhatIsShared() throws IOException {
    try (ChildProcess child = start("000")) {
      TreeMap<String, String> open = new TreeMap<>();
      Set<String> kinds = new TreeSet<>();
      try (Stream<Path> all = Files.walk(sharedMemory)) {
        for (Path each : all.filter(path -> !path.equals(sharedMemory)).toList()) {
          String name = sharedMemory.relativize(each).toString();
          kinds.add(name.replaceFirst("^[^/]*/?", "").replaceAll("[0-9]+", "N"));
          if (!mode(each).equals(Files.isDirectory(each) ? "rwx------" : "rw-------")) {
            open.put(name, mode(each));
          }
        }
      }
      assertEquals(new TreeMap<>(), open);
      Set<String> expected = Set.of(
          "",
          "arena",
          "block",
          "block-N",
          "jobs",
          "jobs/NF.cqN",
          "jobs/metadata.cqNt",
          "litter",
          "lock",
          "owner",
          "receipts-N",
          "receipts-N/NF.cqN",
          "receipts-N/metadata.cqNt",
          "shared-N",
          "status",
          "worker-N.hs_err",
          "worker-N.log",
          "workers");
      assertEquals(new TreeSet<>(expected), kinds);
      // What is the user's is as open as he has said.
      assertEquals("rw-rw-rw-", mode(files.resolve("saved.npz")));
      assertEquals("rw-rw-rw-", mode(files.resolve("folder/arr_0.npy")));
      assertEquals("rwxrwxrwx", mode(files.resolve("folder")));
      end(child);
    }
    assertEquals(List.of(), Await.names(sharedMemory));
  }

  @Test
  void nobodyListensOrTalks() throws IOException {
    long self = ProcessHandle.current().pid();
    int before = ProcessState.networkSockets(self).size();
    try (ServerSocket seen = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertTrue(seen.isBound());
      assertEquals(before + 1, ProcessState.networkSockets(self).size());
    }
    try (ChildProcess child = start("022")) {
      for (long pid : pids) {
        List<String> handles = ProcessState.handles(pid);
        assertTrue(handles.stream().anyMatch(name -> name.contains("/jobs/")), handles.toString());
        assertEquals(List.of(), ProcessState.networkSockets(pid));
      }
      end(child);
    }
  }

  @Test
  void workersGetOnlyTheEnvironmentTheyNeed() throws IOException {
    try (ChildProcess child = start(
        "022",
        "SECRET_KEY=of the application",
        "JAVA_TOOL_OPTIONS=-Dspied=yes",
        "_JAVA_OPTIONS=-Dspied=yes",
        "LD_PRELOAD=/no/such/library.so",
        "EXTRA=wanted",
        "PARALLEL_SAVER_WORKER_ENV=EXTRA  OTHER",
        "TZ=Europe/Berlin")) {
      assertTrue(names(pids.get(0)).containsAll(Set.of("SECRET_KEY", "LD_PRELOAD")));
      Set<String> allowed = Set.of(
          "EXTRA", "HOME", "LC_ALL", "LD_LIBRARY_PATH", "MALLOC_ARENA_MAX", "PATH", "TMPDIR", "TZ");
      for (long worker : pids.subList(1, 3)) {
        Set<String> names = names(worker);
        assertTrue(names.containsAll(Set.of("EXTRA", "LC_ALL", "PATH", "TZ")), names.toString());
        names.removeAll(allowed);
        assertEquals(Set.of(), names);
      }
      end(child);
    }
  }

  private static Set<String> names(long pid) throws IOException {
    String all = new String(
        Files.readAllBytes(Path.of("/proc/" + pid + "/environ")), StandardCharsets.UTF_8);
    return Stream.of(all.split("\0"))
        .map(each -> each.substring(0, each.indexOf('=')))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}

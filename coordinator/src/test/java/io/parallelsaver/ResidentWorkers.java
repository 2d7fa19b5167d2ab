package io.parallelsaver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.cli.Main;
import io.parallelsaver.pool.WorkerShare;
import io.parallelsaver.resident.PoolDirectory;
import io.parallelsaver.testing.ChildProcess;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A pool of resident workers, started as their service starts them, and ended as it ends them: nothing of theirs may stay. */
abstract class ResidentWorkers {
  static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int TERMINATED = 128 + 15;

  @TempDir
  Path directory;

  Path pool;
  Path memory;
  Path files;
  final Map<String, ChildProcess> workers = new HashMap<>();

  @BeforeEach
  void makeFolders() throws IOException {
    pool = Files.createDirectory(directory.resolve("pool"));
    memory = Files.createDirectory(directory.resolve("shm"));
    files = Files.createDirectory(directory.resolve("files"));
  }

  @AfterEach
  void stopAllWorkers() {
    Set.copyOf(workers.keySet()).forEach(this::terminate);
    assertEquals(List.of(), Await.names(memory), "left in shared memory");
    assertEquals(
        List.of(),
        Await.names(pool.resolve("workers")).stream()
            .filter(name -> !name.endsWith(".lock"))
            .toList(),
        "left in the pool");
  }

  long start(String name) {
    ChildProcess worker =
        ChildProcess.jvm(Main.class, "worker", "--name", name, "--pool", pool.toString());
    workers.put(name, worker);
    awaitSocket(name);
    return worker.pid();
  }

  private void awaitSocket(String name) {
    Await.until("worker " + name + " listens", LIMIT, () -> isListening(name));
  }

  boolean isListening(String name) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(new PoolDirectory(pool).socket(name)));
    } catch (IOException e) {
      return false;
    }
  }

  /** Ends a worker as its service would: it must be gone in good order. */
  List<String> terminate(String name) {
    try (ChildProcess worker = workers.remove(name)) {
      assertTrue(ProcessHandle.of(worker.pid()).orElseThrow().destroy());
      return worker.finish(TERMINATED);
    }
  }

  SaverOptions options() {
    return TestArrays.options(memory, 2).withResidents(pool, false).withLocalBytes(0);
  }

  static Set<Long> pids(Report report) {
    return report.workers().stream().map(WorkerShare::pid).collect(Collectors.toSet());
  }

  static void signal(String name, long pid) {
    try (ChildProcess kill = ChildProcess.start("kill", "-" + name, "" + pid)) {
      kill.finish();
    }
  }
}

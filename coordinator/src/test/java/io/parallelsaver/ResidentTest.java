package io.parallelsaver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.cli.Main;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.pool.WorkerShare;
import io.parallelsaver.resident.Answer;
import io.parallelsaver.resident.Connection;
import io.parallelsaver.resident.Greeting;
import io.parallelsaver.resident.PoolDirectory;
import io.parallelsaver.resident.RefusalException;
import io.parallelsaver.testing.ChildProcess;
import io.parallelsaver.testing.ProcessState;
import io.parallelsaver.transfer.Milestone;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Resident workers serve several coordinators, which come and go, and so do the workers. */
class ResidentTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int TERMINATED = 128 + 15;

  @TempDir
  Path directory;

  private Path pool;
  private Path memory;
  private Path files;
  private final Map<String, ChildProcess> workers = new HashMap<>();

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

  private long start(String name) {
    ChildProcess worker =
        ChildProcess.jvm(Main.class, "worker", "--name", name, "--pool", pool.toString());
    workers.put(name, worker);
    awaitSocket(name);
    return worker.pid();
  }

  private void awaitSocket(String name) {
    Await.until("worker " + name + " listens", LIMIT, () -> isListening(name));
  }

  private boolean isListening(String name) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(new PoolDirectory(pool).socket(name)));
    } catch (IOException e) {
      return false;
    }
  }

  /** Ends a worker as its service would: it must be gone in good order. */
  private List<String> terminate(String name) {
    try (ChildProcess worker = workers.remove(name)) {
      assertTrue(ProcessHandle.of(worker.pid()).orElseThrow().destroy());
      return worker.finish(TERMINATED);
    }
  }

  private SaverOptions options() {
    return TestArrays.options(memory, 2).withResidents(pool, false).withLocalBytes(0);
  }

  private static Set<Long> pids(Report report) {
    return report.workers().stream().map(WorkerShare::pid).collect(Collectors.toSet());
  }

  @Test
  void theySaveAndRestore() {
    Set<Long> pids = Set.of(start("1"), start("2"));
    NamedArrays arrays = TestArrays.many(3, 200_000, 1);
    Path target = files.resolve("saved.npz");
    try (Saver saver = Saver.open(options()).awaitReady()) {
      assertEquals(pids, Set.copyOf(saver.workerPids()));
      assertEquals(pids, pids(saver.save(target, arrays)));
      TestArrays.assertSame(arrays.asMap(), saver.restore(target));
    }
    assertTrue(pids.stream().allMatch(Await::isAlive), "they stay");
  }

  /** Each must get its share of each worker while all want it, and its own bytes. */
  @Test
  void fourCoordinatorsTakeTurns() {
    Set<Long> pids = Set.of(start("1"), start("2"));
    List<Saver> savers = new ArrayList<>();
    try {
      for (int i = 0; i < 4; i++) {
        savers.add(Saver.open(options()).awaitReady());
      }
      List<CompletableFuture<Report>> calls = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        NamedArrays arrays = TestArrays.many(4, 300_000, i);
        calls.add(
            savers.get(i).saveAsync(files.resolve(i + ".npz"), arrays, ProgressListener.NONE));
      }
      for (int i = 0; i < 4; i++) {
        Report report = Saver.await(calls.get(i));
        assertTrue(pids.containsAll(pids(report)), report.toString());
      }
      for (int i = 0; i < 4; i++) {
        Path saved = files.resolve(i + ".npz");
        TestArrays.assertSame(
            TestArrays.many(4, 300_000, i).asMap(), savers.get((i + 1) % 4).restore(saved));
      }
    } finally {
      savers.forEach(Saver::close);
    }
  }

  /** A job of one coordinator is held for ever by one worker; the others must go on with the other worker. */
  @ParameterizedTest
  @EnumSource(names = {"CLAIMED", "READ", "WRITTEN"})
  void anotherDoesTheJobsOfOneThatDies(Milestone milestone) {
    ChildProcess holding = ChildProcess.jvm(
        HoldingResident.class,
        pool.toString(),
        "holding",
        milestone.name(),
        "5",
        directory.toString());
    try (holding) {
      holding.awaitLine("listening");
      NamedArrays arrays = TestArrays.many(3, 100_000, 1);
      Path target = files.resolve("saved.npz");
      try (Saver saver = Saver.open(options()).awaitReady()) {
        // It is the only one that can take the job that it stops at.
        CompletableFuture<Report> call = saver.saveAsync(target, arrays, ProgressListener.NONE);
        Await.content(directory.resolve("held"), LIMIT);
        long other = start("other");
        holding.kill();
        assertTrue(pids(Saver.await(call)).contains(other));
        TestArrays.assertSame(arrays.asMap(), saver.restore(target));
      }
    }
    // What a dead one has left is no obstacle to its successor.
    start("holding");
    terminate("holding");
  }

  /** Both workers are replaced again and again, one after the other, while saves and restores go on. */
  @Test
  void rollingRestartsLoseNothing() {
    start("1");
    start("2");
    NamedArrays arrays = TestArrays.many(4, 300_000, 1);
    Path target = files.resolve("saved.npz");
    Set<Long> served = new HashSet<>();
    try (Saver saver = Saver.open(options()).awaitReady()) {
      for (int round = 0; round < 4; round++) {
        String name = Integer.toString(1 + round % 2);
        List<CompletableFuture<Report>> calls = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
          calls.add(saver.saveAsync(target, arrays, ProgressListener.NONE));
        }
        List<String> log = terminate(name);
        assertTrue(log.stream().noneMatch(line -> line.contains("ERROR")), log.toString());
        long fresh = start(name);
        calls.forEach(call -> served.addAll(pids(Saver.await(call))));
        Await.until("the new one works", LIMIT, () -> {
          served.addAll(pids(saver.save(target, arrays)));
          return served.contains(fresh);
        });
        TestArrays.assertSame(arrays.asMap(), saver.restore(target));
      }
    }
  }

  /** A coordinator is killed in the middle: its workers forget it, give its memory back, and serve the next. */
  @Test
  void killedCoordinatorIsForgotten() {
    long pid = start("1");
    try (ChildProcess coordinator = ChildProcess.jvm(
        AttachedCoordinator.class, memory.toString(), pool.toString(), files.toString())) {
      coordinator.awaitLine("saving");
      Await.until("it is mapped", LIMIT, () -> maps(pid).contains(memory.toString()));
      coordinator.kill();
    }
    Await.until("nothing of it is mapped", LIMIT, () -> !maps(pid).contains(memory.toString()));
    NamedArrays arrays = TestArrays.many(2, 1000, 1);
    Path target = files.resolve("next.npz");
    try (Saver saver = Saver.open(options()).awaitReady()) {
      saver.save(target, arrays);
      TestArrays.assertSame(arrays.asMap(), saver.restore(target));
    }
    assertEquals(List.of("next.npz"), Await.names(files), "the sweep has removed the rest");
  }

  private static String maps(long pid) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/maps"))) {
      return lines.collect(Collectors.joining("\n"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Coordinators that come and go leave nothing in a worker. */
  @Test
  void nothingGrows() {
    long pid = start("1");
    NamedArrays arrays = TestArrays.many(2, 20_000, 1);
    Path target = files.resolve("saved.npz");
    ProcessState before = null;
    for (int round = 0; round < 40; round++) {
      try (Saver saver = Saver.open(options()).awaitReady()) {
        saver.save(target, arrays);
        TestArrays.assertSame(arrays.asMap(), saver.restore(target));
      }
      if (round == 15) {
        before = ProcessState.of(pid);
      }
    }
    ProcessState after = ProcessState.of(pid);
    String what = before + " -> " + after + ", " + ProcessState.handles(pid);
    assertTrue(after.handles() <= before.handles() + 2, what);
    assertTrue(after.threads() <= before.threads() + 2, what);
    assertTrue(after.mappings() <= before.mappings() + 12, what);
    assertTrue(after.privateKib() <= before.privateKib() + (16 << 10), what);
    assertFalse(maps(pid).contains(memory.toString()), maps(pid));
  }

  @Test
  void withoutOneItSaysSo() throws IOException {
    SaverException none =
        assertThrows(SaverException.class, () -> Saver.open(options()).close());
    assertTrue(
        none.getMessage().contains("there is no resident worker in " + pool), none.getMessage());
    NamedArrays arrays = TestArrays.many(2, 1000, 1);
    try (Saver saver = Saver.open(options().withResidents(pool, true).withLocalBytes(0))) {
      Path saved = saver.save(files.resolve("own"), arrays).file();
      TestArrays.assertSame(arrays.asMap(), saver.restore(saved));
    }
    Files.createDirectory(pool.resolve("workers"));
  }

  @Test
  void aNameIsOneWorkers() {
    start("1");
    try (ChildProcess second =
        ChildProcess.jvm(Main.class, "worker", "--name", "1", "--pool", pool.toString())) {
      String said = String.join("\n", second.finish(1));
      assertTrue(said.contains("a worker called '1' listens at"), said);
    }
    assertTrue(isListening("1"));
  }

  /** Whatever somebody sends to the socket: the worker says what is wrong, and serves the next. */
  @Test
  void strangersAreRefused() throws IOException {
    start("1");
    assertEquals("", answerTo(new byte[0]));
    assertTrue(answerTo("GET / HTTP/1.0\r\n\r\n----".getBytes(StandardCharsets.UTF_8))
        .contains("this is a worker of parallel-saver"));
    assertTrue(answerTo(invitation(99, "/dev/shm/parallel-saver-1-ab")).contains("lays its files"));
    assertTrue(answerTo(invitation(2, "relative")).contains("expected the absolute path"));
    assertTrue(answerTo(invitation(2, "/etc")).contains("/etc is no run directory of this user"));
    Path open = Files.createDirectory(memory.resolve("parallel-saver-1-0123456789abcdef"));
    try {
      assertTrue(
          answerTo(invitation(2, open.toString())).contains(open + " is no run directory of"));
    } finally {
      Files.delete(open);
    }
    theyStillServe();
  }

  private void theyStillServe() {
    NamedArrays arrays = TestArrays.many(1, 1000, 1);
    try (Saver saver = Saver.open(options()).awaitReady()) {
      assertNotEquals(Set.of(), pids(saver.save(files.resolve("saved"), arrays)));
    }
  }

  private static byte[] invitation(int layout, String run) {
    byte[] path = run.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(18 + path.length)
        .put("PSVR".getBytes(StandardCharsets.US_ASCII))
        .putInt(layout)
        .putInt(0)
        .putInt(1)
        .putShort((short) path.length)
        .put(path)
        .array();
  }

  private String answerTo(byte[] said) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(new PoolDirectory(pool).socket("1")));
      channel.write(ByteBuffer.wrap(said));
      channel.shutdownOutput();
      ByteBuffer answer = ByteBuffer.allocate(8192);
      readAll(channel, answer);
      return new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8);
    }
  }

  private static void readAll(SocketChannel channel, ByteBuffer answer) throws IOException {
    try {
      while (channel.read(answer) >= 0) {
        // Until it hangs up.
      }
    } catch (SocketException e) {
      // Which is a reset, when it has not read all that was said.
    }
  }

  private static void signal(String name, long pid) {
    try (ChildProcess kill = ChildProcess.start("kill", "-" + name, "" + pid)) {
      kill.finish();
    }
  }

  /** It does not answer, so nothing is given to it, and nobody waits for it; awake again, it is one of them. */
  @Test
  void oneThatStandsStillIsDoneWithout() {
    long second = start("2");
    signal("STOP", second);
    SaverException alone =
        assertThrows(SaverException.class, () -> Saver.open(options()).close());
    assertTrue(alone.getMessage().contains("2.sock does not answer"), alone.getMessage());
    long first = start("1");
    NamedArrays arrays = TestArrays.many(3, 200_000, 1);
    Path target = files.resolve("saved.npz");
    try (Saver saver = Saver.open(options()).awaitReady()) {
      // More often than connections can wait at its socket.
      for (int i = 0; i < 60; i++) {
        assertEquals(Set.of(first), pids(saver.save(target, arrays)));
      }
      assertEquals(List.of(first), saver.workerPids());
      signal("CONT", second);
      Await.until("it works, too", LIMIT, () -> pids(saver.save(target, arrays)).contains(second));
      TestArrays.assertSame(arrays.asMap(), saver.restore(target));
    }
    assertTrue(Await.isAlive(second), "it was nobody's to kill");
  }

  /** As one does that is of another version, in the middle of an upgrade. */
  @Test
  void oneThatRefusesIsDoneWithout() throws IOException {
    long first = start("1");
    NamedArrays arrays = TestArrays.many(3, 200_000, 1);
    Path target = files.resolve("saved.npz");
    try (Saver saver = Saver.open(options()).awaitReady();
        Refusing other = new Refusing(new PoolDirectory(pool).socket("other"))) {
      Await.until("it was asked", LIMIT, () -> {
        assertEquals(Set.of(first), pids(saver.save(target, arrays)));
        return other.asked.isDone();
      });
      assertEquals(Set.of(first), pids(saver.save(target, arrays)));
      terminate("1");
      SaverException alone =
          assertThrows(SaverException.class, () -> Saver.open(options()).close());
      assertTrue(alone.getMessage().contains("refuses: too old"), alone.getMessage());
      try (Saver own =
          Saver.open(options().withResidents(pool, true).withLocalBytes(0)).awaitReady()) {
        assertEquals(Set.copyOf(own.workerPids()), pids(own.save(target, arrays)));
        TestArrays.assertSame(arrays.asMap(), own.restore(target));
      }
    }
  }

  /** Listens at a worker's socket, and refuses all. */
  private static final class Refusing implements AutoCloseable {
    private final Path socket;
    private final ServerSocketChannel server;
    private final CompletableFuture<Void> asked = new CompletableFuture<>();

    private Refusing(Path socket) throws IOException {
      this.socket = socket;
      this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      server.bind(UnixDomainSocketAddress.of(socket));
      Thread thread = new Thread(this::refuse, "refusing");
      thread.setDaemon(true);
      thread.start();
    }

    private void refuse() {
      while (true) {
        try (Connection connection = new Connection(server.accept())) {
          connection.receiveGreeting();
          connection.send(new Answer(Answer.Kind.REFUSED, 1, "too old"));
          asked.complete(null);
        } catch (IOException e) {
          return;
        } catch (RefusalException e) {
          throw new IllegalStateException(e);
        }
      }
    }

    @Override
    public void close() throws IOException {
      server.close();
      Files.delete(socket);
    }
  }

  /** Sockets of workers that are dead are as good as none. */
  @Test
  void ownOnesReplaceDeadOnes() throws IOException {
    long first = start("1");
    signal("KILL", first);
    try (ChildProcess dead = workers.remove("1")) {
      dead.finish(128 + 9);
    }
    NamedArrays arrays = TestArrays.many(2, 1000, 1);
    try (Saver saver =
        Saver.open(options().withResidents(pool, true).withLocalBytes(0)).awaitReady()) {
      Path saved = saver.save(files.resolve("own"), arrays).file();
      TestArrays.assertSame(arrays.asMap(), saver.restore(saved));
    }
    Files.delete(new PoolDirectory(pool).socket("1"));
  }

  /** One that was greeted and never invited does not keep a worker from leaving. */
  @Test
  void nobodyIsWaitedForWhoDoesNotInvite() throws Exception {
    start("1");
    try (Connection connection = Connection.open()) {
      connection.connect(new PoolDirectory(pool).socket("1"));
      connection.send(new Greeting());
      assertEquals(Answer.Kind.WILLING, connection.receiveAnswer().kind());
      terminate("1");
      assertEquals(Answer.Kind.LEAVING, connection.receiveAnswer().kind());
      assertNull(connection.receiveAnswer());
    }
  }

  /** Stopped in mid-job: it is killed, and the job is done by another that comes. */
  @Test
  void stoppedWorkerIsKilled() {
    ChildProcess holding = ChildProcess.jvm(
        HoldingResident.class, pool.toString(), "holding", "READ", "5", directory.toString());
    NamedArrays arrays = TestArrays.many(3, 100_000, 1);
    Path target = files.resolve("saved.npz");
    SaverOptions options = options();
    options = options.withPool(options.pool().withStallTimeout(Duration.ofSeconds(1)));
    try (holding) {
      holding.awaitLine("listening");
      try (Saver saver = Saver.open(options).awaitReady()) {
        CompletableFuture<Report> call = saver.saveAsync(target, arrays, ProgressListener.NONE);
        Await.content(directory.resolve("held"), LIMIT);
        start("other");
        signal("STOP", holding.pid());
        Saver.await(call);
        holding.finish(128 + 9);
        TestArrays.assertSame(arrays.asMap(), saver.restore(target));
      }
    }
    start("holding");
  }
}

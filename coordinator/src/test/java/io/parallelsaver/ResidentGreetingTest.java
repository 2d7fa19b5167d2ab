package io.parallelsaver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.cli.Main;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.resident.Answer;
import io.parallelsaver.resident.Connection;
import io.parallelsaver.resident.Greeting;
import io.parallelsaver.resident.PoolDirectory;
import io.parallelsaver.resident.RefusalException;
import io.parallelsaver.testing.ChildProcess;
import io.parallelsaver.testing.OnSecondJava;
import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Coordinators and resident workers find each other, or say why not; who does not answer, or refuses, keeps nobody waiting. */
@OnSecondJava
class ResidentGreetingTest extends ResidentWorkers {
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
    assertTrue(answerTo(invitation(3, "relative")).contains("expected the absolute path"));
    assertTrue(answerTo(invitation(3, "/etc")).contains("/etc is no run directory of this user"));
    Path open = Files.createDirectory(memory.resolve("parallel-saver-1-0123456789abcdef"));
    try {
      assertTrue(
          answerTo(invitation(3, open.toString())).contains(open + " is no run directory of"));
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
}

package io.parallelsaver.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import io.parallelsaver.npy.NpyHeader;
import io.parallelsaver.testing.ChildProcess;
import io.parallelsaver.testing.JsonText;
import io.parallelsaver.testing.NotifyReceiver;
import io.parallelsaver.testing.NumPy;
import io.parallelsaver.testing.RequiresNumPy;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A daemon in a process of its own, asked by the commands. */
@RequiresNumPy
class ServiceTest {
  /** Deflating so many zeros takes a processor half a minute. */
  private static final long LARGE = 8L << 30;

  @TempDir
  Path temporary;

  private Daemon daemon;
  private Path data;

  @BeforeEach
  void makeArrays() throws IOException {
    daemon = new Daemon(temporary.toRealPath());
    data = daemon.data();
    NumPy.run(
        "d = sys.argv[1]\n"
            + "np.save(d + '/a.npy', np.arange(1000.0))\n"
            + "np.save(d + '/b.npy', np.arange(12).reshape(3, 4))\n",
        data);
  }

  @AfterEach
  void end() {
    daemon.close();
  }

  private Path large() throws IOException {
    Path file = data.resolve("large.npy");
    sparse(file, LARGE);
    return file;
  }

  private static void sparse(Path file, long bytes) throws IOException {
    byte[] header = NpyHeader.bytes(ArraySpec.of(DType.UINT8, bytes));
    try (var channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(header));
      channel.write(ByteBuffer.allocate(1), header.length + bytes - 1);
    }
  }

  @Test
  void readsShardedSets() throws Exception {
    Path set = data.resolve("set");
    Cli.run("save", set, data.resolve("a.npy"), data.resolve("b.npy"), "--shards", "3")
        .exits(0);
    daemon.start();
    String converted = daemon.submit("convert", set, data.resolve("one.npz"));
    daemon.run("wait", converted).exits(0);
    String saved = daemon.submit("save", data.resolve("two"), data.resolve("set.npz"));
    daemon.run("wait", saved).exits(0);
    NumPy.run(
        "for name in ['one', 'two']:\n"
            + "    with np.load(sys.argv[1] + '/' + name + '.npz') as z:\n"
            + "        assert z.files == ['a', 'b'], z.files\n"
            + "        assert (z['a'] == np.arange(1000.0)).all()\n",
        data);
    Cli refused = daemon
        .run("submit", "convert", set, data.resolve("other"), "--shards", "2")
        .exits(2);
    assertTrue(refused.err().contains("writes no sharded sets yet"), refused.err());
    daemon.terminate();
  }

  @Test
  void savesRestoresAndConverts() throws Exception {
    daemon.start();
    Path archive = data.resolve("out.npz");
    String saved = daemon.submit(
        "save", data.resolve("out"), data.resolve("a.npy"), "c=" + data.resolve("b.npy"));
    Cli waited = daemon.run("wait", saved).exits(0);
    assertTrue(waited.out().startsWith("saved 2 arrays, "), waited.out());
    assertTrue(waited.out().strip().endsWith(" to " + archive), waited.out());
    String restored =
        daemon.submit("restore", data.resolve("out"), "--out", data.resolve("new/dir"));
    daemon.run("wait", restored, "--json").exits(0);
    String converted = daemon.submit(
        "convert", archive, data.resolve("out.safetensors"), "--id", "my-own", "--keys", "a");
    assertEquals("my-own", converted);
    Map<?, ?> shown = daemon.run("wait", converted, "--json").exits(0).json();
    assertEquals("done", shown.get("state"));
    assertEquals(1L, ((Map<?, ?>) shown.get("outcome")).get("arrays"));
    NumPy.run(
        "d = sys.argv[1]\n"
            + "with np.load(d + '/out.npz') as z:\n"
            + "    assert z.files == ['a', 'c'], z.files\n"
            + "    assert (z['a'] == np.arange(1000.0)).all()\n"
            + "assert (np.load(d + '/new/dir/c.npy') == np.arange(12).reshape(3, 4)).all()\n"
            + "assert (np.load(d + '/new/dir/a.npy') == np.arange(1000.0)).all()\n",
        data);
    Cli.run("verify", data.resolve("out.safetensors")).exits(0);
    assertEquals(
        3, ((List<?>) daemon.run("list", "--json").exits(0).json().get("requests")).size());
    assertTrue(daemon.run("list").exits(0).out().contains("my-own"));
    assertTrue(daemon.run("status").exits(0).out().contains("3 done, 0 failed"));
    daemon.terminate();
    assertEquals(List.of(), daemon.litter());
    assertFalse(Files.exists(daemon.run().resolve("coordinator.sock")));
  }

  /** Pickles of an older, longer save would come back with the next restore. */
  @Test
  void aShorterSaveOfPicklesRemovesTheRestOfTheLongerOne() throws Exception {
    daemon.start();
    Path pickles = data.resolve("pickles");
    for (List<Object> inputs : List.of(
        List.<Object>of(data.resolve("a.npy"), data.resolve("b.npy")),
        List.<Object>of(data.resolve("b.npy")))) {
      List<Object> arguments = new ArrayList<>(List.of("save", "--format", "pickle", pickles));
      arguments.addAll(inputs);
      daemon.run("wait", daemon.submit(arguments.toArray())).exits(0);
      assertTrue(Files.exists(pickles.resolve("data_" + inputs.size() + ".dat")));
    }
    assertFalse(Files.exists(pickles.resolve("data_2.dat")));
    assertFalse(Files.exists(pickles.resolve("data_index_2.dat")));
    daemon.terminate();
  }

  @Test
  void showsItsRequestsToThoseWhoLookOn() throws Exception {
    daemon.start("--watch-port", "0");
    String done = daemon.submit("save", data.resolve("out"), data.resolve("a.npy"));
    daemon.run("wait", done).exits(0);
    Path cut = Files.write(data.resolve("cut.npz"), new byte[] {'P', 'K', 3, 4, 0, 0});
    String failed = daemon.submit("restore", cut, "--out", data.resolve("x"));
    daemon.run("wait", failed).exits(3);
    Object seen = JsonText.parse(get("figures.json"));
    assertEquals(failed, JsonText.at(seen, "requests", 0, "id"));
    assertEquals("failed", JsonText.at(seen, "requests", 0, "state"));
    assertTrue(JsonText.at(seen, "requests", 0, "error").toString().contains("cut.npz"));
    assertEquals(done, JsonText.at(seen, "requests", 1, "id"));
    assertEquals("done", JsonText.at(seen, "requests", 1, "state"));
    assertTrue((Long) JsonText.at(seen, "totals", "bytes_written") >= 8000);
    assertTrue(get("metrics").contains("parallel_saver_requests{state=\"failed\"} 1.0"));
    daemon.terminate();
  }

  private String get(String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(daemon.figures() + path)).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  /** The error and the exit code of a request are those of the command itself. */
  @Test
  void failsAsTheCommandItselfDoes() throws Exception {
    daemon.start();
    Path cut = Files.write(data.resolve("cut.npz"), new byte[] {'P', 'K', 3, 4, 0, 0});
    Cli direct = Cli.run("restore", cut, "--out", data.resolve("x")).exits(3);
    Cli waited = daemon
        .run("wait", daemon.submit("restore", cut, "--out", data.resolve("x")))
        .exits(3);
    assertEquals(direct.err(), waited.err());
    Cli none = Cli.run("save", data.resolve("x.npz"), data.resolve("none.npy")).exits(3);
    assertEquals(
        none.err(),
        daemon
            .run("submit", "save", data.resolve("x.npz"), data.resolve("none.npy"))
            .exits(3)
            .err());
    Path nowhere = data.resolve("nowhere/x.npz");
    Cli noFolder = Cli.run("save", nowhere, data.resolve("a.npy")).exits(1);
    Cli noFolderHere = daemon
        .run("wait", daemon.submit("save", nowhere, data.resolve("a.npy")), "--json")
        .exits(1);
    assertEquals(noFolder.err(), noFolderHere.err());
    assertEquals(1L, noFolderHere.json().get("exit"));
    assertEquals(
        2,
        daemon
            .run("submit", "save", data.resolve("x.npz"), "--align", "7", data.resolve("a.npy"))
            .exit());
    assertEquals(3, daemon.run("wait", "unknown").exit());
    assertEquals(3, daemon.run("status", "unknown").exit());
    Cli outside =
        daemon.run("submit", "save", "/etc/x.npz", data.resolve("a.npy")).exits(3);
    assertTrue(outside.err().contains("lies under none of the coordinator's roots"), outside.err());
    Cli other = daemon
        .run("submit", "save", data.resolve("x.npz"), data.resolve("a.npy"), "--id", "../x")
        .exits(3);
    assertTrue(other.err().contains("the id '../x'"), other.err());
    assertEquals(
        List.of(), daemon.litter().stream().filter(name -> name.startsWith(".")).toList());
  }

  @Test
  void whatRunsAndWhatWaitsIsCancelledAndNothingIsLeft() throws Exception {
    daemon.start("--parallel", "1", "--queue", "2");
    Path large = large();
    String running = daemon.submit("save", "--compress", "9", data.resolve("l.npz"), large);
    daemon.awaitProgress(running);
    String first = daemon.submit("save", data.resolve("x.npz"), data.resolve("a.npy"));
    String second = daemon.submit("save", data.resolve("y.npz"), data.resolve("a.npy"));
    Cli busy = daemon
        .run("submit", "save", data.resolve("z.npz"), data.resolve("a.npy"))
        .exits(1);
    assertTrue(busy.err().contains("busy: 2 requests wait already"), busy.err());
    Cli timeout = daemon.run("wait", first, "--timeout", "0.1").exits(1);
    assertTrue(timeout.err().contains("is still waiting after 0.1 s"), timeout.err());
    daemon.run("cancel", first).exits(0);
    Cli cancelled = daemon.run("wait", first).exits(1);
    assertTrue(cancelled.err().contains("cancelled before it was begun"), cancelled.err());
    daemon.run("cancel", running).exits(0);
    daemon.run("wait", running).exits(1);
    daemon.run("wait", second).exits(0);
    Cli late = daemon.run("cancel", second).exits(1);
    assertTrue(late.err().contains("it is done"), late.err());
    assertTrue(Files.exists(data.resolve("y.npz")));
    for (String name : List.of("x.npz", "z.npz", "l.npz")) {
      assertFalse(Files.exists(data.resolve(name)), name);
    }
    daemon.terminate();
    assertEquals(List.of(), daemon.litter());
  }

  /** What was at work is stopped at the end, and begun again by the next start; SIGTERM is not waited out. */
  @Test
  void whatAnEndHasStoppedIsBegunAgain() throws Exception {
    daemon.start("--parallel", "1", "--stop-grace", "0");
    String running = daemon.submit("save", "--compress", "9", data.resolve("l.npz"), large());
    String waiting = daemon.submit("save", data.resolve("x.npz"), data.resolve("a.npy"));
    daemon.awaitProgress(running);
    daemon.terminate();
    assertEquals(List.of(), daemon.litter());
    assertTrue(daemon.log().contains("stopped, to be begun again"), daemon.log());
    Cli gone = daemon.run("status").exits(1);
    assertTrue(gone.err().contains("no coordinator listens at"), gone.err());
    daemon.start("--parallel", "1");
    daemon.awaitProgress(running);
    daemon.run("cancel", running).exits(0);
    daemon.run("wait", waiting).exits(0);
    daemon.terminate();
  }

  /** Lanes that attach have no workers of their own; the resident one may be started anew between requests. */
  @Test
  void usesResidentWorkers() throws Exception {
    Path pool = Files.createDirectory(temporary.resolve("pool"));
    String[] arguments = {"worker", "--name", "1", "--pool", pool.toString()};
    for (int start = 0; start < 2; start++) {
      ChildProcess worker = ChildProcess.jvm(Main.class, arguments);
      try {
        daemon.awaitFile(pool.resolve("workers/1.sock"));
        if (start == 0) {
          daemon.start("--attach", "--pool", pool.toString());
        }
        Path target = data.resolve("x" + start + ".npz");
        String id = daemon.submit("save", target, data.resolve("a.npy"));
        Map<?, ?> shown = daemon.run("wait", id, "--json").exits(0).json();
        assertEquals(1L, ((Map<?, ?>) shown.get("outcome")).get("workers"));
        assertEquals(0, daemon.children());
        Cli.run("verify", target).exits(0);
      } finally {
        worker.kill();
      }
    }
    daemon.terminate();
    assertEquals(List.of(), daemon.litter());
  }

  @Test
  void aSecondOneIsRefusedAndTheFirstGoesOn() throws Exception {
    daemon.start();
    try (Daemon second = new Daemon(daemon.run().getParent()).begin()) {
      second.finish(1);
      assertTrue(second.log().contains("another coordinator uses " + daemon.state()), second.log());
    }
    Cli other = Cli.run(
            "coordinator",
            "--run-dir",
            daemon.run(),
            "--state-dir",
            temporary.resolve("other"),
            "--shared-memory",
            daemon.shared(),
            "--root",
            data,
            "--workers",
            1)
        .exits(1);
    assertTrue(other.err().contains("another coordinator listens at"), other.err());
    String id = daemon.submit("save", data.resolve("x.npz"), data.resolve("a.npy"));
    daemon.run("wait", id).exits(0);
    daemon.terminate();
  }

  /** A real datagram socket in the place of systemd's: READY when it listens, STATUS as it goes, the watchdog fed, STOPPING at the end. */
  @Test
  void tellsSystemdHowItIs() throws Exception {
    Path socket = temporary.resolve("notify");
    try (ChildProcess systemd = NotifyReceiver.at(socket.toString())) {
      daemon.environment("NOTIFY_SOCKET", socket.toString());
      daemon.environment("WATCHDOG_USEC", "1000000");
      daemon.begin("--parallel", "1");
      systemd.awaitLine("READY=1");
      String id = daemon.submit("save", "--compress", "9", data.resolve("l.npz"), large());
      String line = systemd.readLine();
      int fed = 0;
      while (!line.matches(
          "STATUS=save l.npz [1-9][0-9]*/8193 MiB, [0-9.]+ GiB/s; 0 done, 0 failed")) {
        fed += line.equals("WATCHDOG=1") ? 1 : 0;
        line = systemd.readLine();
      }
      assertTrue(fed > 0, "the watchdog is not fed");
      daemon.run("cancel", id).exits(0);
      daemon.terminate();
      systemd.awaitLine("STOPPING=1");
      systemd.finish();
    }
  }

  @Test
  void onlyTheGroupMaySubmit() throws Exception {
    daemon.start();
    assertEquals(
        "rwxr-x---", PosixFilePermissions.toString(Files.getPosixFilePermissions(daemon.run())));
    Path socket = daemon.run().resolve("coordinator.sock");
    assertEquals("rw-rw----", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
    assertEquals(
        Files.getAttribute(daemon.run(), "unix:gid"), Files.getAttribute(socket, "unix:gid"));
    Cli nobody = Cli.run(
            "submit",
            "save",
            "--run-dir",
            temporary.resolve("none"),
            data.resolve("x.npz"),
            data.resolve("a.npy"))
        .exits(1);
    assertTrue(nobody.err().contains("no coordinator listens at"), nobody.err());
    daemon.submit("save", data.resolve("x.npz"), data.resolve("a.npy"));
    List<?> requests = (List<?>) daemon.run("list", "--json").exits(0).json().get("requests");
    Map<?, ?> shown = (Map<?, ?>) requests.get(0);
    assertEquals(System.getProperty("user.name"), shown.get("user"));
    daemon.terminate();
  }

  @Test
  void aDaemonNeedsARootAndEnoughSharedMemory() {
    Cli none = Cli.run(
            "coordinator", "--root", data.resolve("none"), "--shared-memory", daemon.shared())
        .exits(3);
    assertTrue(none.err().contains("is no directory"), none.err());
    Cli inside = Cli.run(
            "coordinator",
            "--root",
            data,
            "--state-dir",
            data.resolve("state"),
            "--shared-memory",
            daemon.shared())
        .exits(3);
    assertTrue(inside.err().contains("lies below the root " + data), inside.err());
    Cli little = Cli.run(
            "coordinator", "--root", data, "--workers", "4", "--shared-memory-budget", "1M")
        .exits(2);
    assertTrue(little.err().contains("a budget of 1048576 bytes"), little.err());
  }
}

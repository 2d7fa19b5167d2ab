package io.parallelsaver.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.testing.NumPy;
import io.parallelsaver.testing.OnFirstJava;
import io.parallelsaver.testing.RequiresNumPy;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests are submitted while the daemon is killed, again and again. What has got an id is done, and took effect once: each target got its
 * name once. More of it: {@code -Dservice.kills=200}; {@code -Dservice.seed=N} for the same moments.
 */
@OnFirstJava
@RequiresNumPy
class ServiceKillTest {
  private static final int REQUESTS_PER_KILL = 4;
  private static final int MOST_NANOS = 600_000_000;

  @TempDir
  Path temporary;

  private Daemon daemon;
  private Path data;
  private final List<String> accepted = new ArrayList<>();

  @Test
  void whatWasAcceptedIsDoneOnce() throws Exception {
    long seed = Long.getLong("service.seed", System.nanoTime());
    int kills = Integer.getInteger("service.kills", 3);
    System.out.println("ServiceKillTest: -Dservice.seed=" + seed);
    daemon = new Daemon(temporary.toRealPath());
    data = daemon.data();
    NumPy.run(
        "np.savez(sys.argv[1] + '/in.npz', a=np.arange(3000.0), b=np.arange(7), **{'deep/c': np.ones((50, 50))})",
        data);
    Path results = Files.createDirectory(data.resolve("results"));
    try (WatchService watch = FileSystems.getDefault().newWatchService()) {
      results.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
      submitAndKill(new Random(seed), kills);
      daemon.start("--parallel", "2");
      for (String id : accepted) {
        daemon.run("wait", id, "--timeout", "60").exits(0);
      }
      Map<String, Integer> names = named(watch);
      for (String id : accepted) {
        assertEquals(1, names.get(name(id)), () -> "seed " + seed + ", named: " + names);
      }
      // One more may have been accepted whose answer did not come through.
      names.forEach((name, times) ->
          assertEquals(1, times, () -> "seed " + seed + ", " + name + " named: " + names));
    } finally {
      daemon.close();
    }
    judge(results);
    for (String id : accepted) {
      if (id.startsWith("convert")) {
        Cli.run("verify", results.resolve(name(id))).exits(0);
      }
    }
    daemon.start();
    daemon.terminate();
    assertEquals(List.of(), daemon.litter());
  }

  private static String name(String id) {
    return id.contains("save") ? id + ".npz" : id.contains("convert") ? id + ".safetensors" : id;
  }

  private void submitAndKill(Random random, int kills) throws Exception {
    int number = 0;
    for (int kill = 0; kill < kills; kill++) {
      daemon.start("--parallel", "2");
      int after = 1 + random.nextInt(REQUESTS_PER_KILL);
      long nanos = random.nextInt(MOST_NANOS);
      CountDownLatch begun = new CountDownLatch(1);
      Thread killer = new Thread(() -> kill(begun, nanos), "killer");
      killer.start();
      for (int i = 1; i <= REQUESTS_PER_KILL; i++) {
        submit(number++);
        if (i == after) {
          begun.countDown();
        }
      }
      killer.join();
    }
    assertTrue(accepted.size() >= kills, "accepted " + accepted);
  }

  private void kill(CountDownLatch begun, long nanos) {
    try {
      begun.await();
      LockSupport.parkNanos(nanos);
      daemon.kill();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Under an id of our own: whether the daemon has got it before it died can be asked by saying it again. */
  private void submit(int number) {
    Path results = data.resolve("results");
    Path in = data.resolve("in.npz");
    Cli submitted =
        switch (number % 3) {
          case 0 ->
            daemon.run(
                "submit", "save", "--id", "save-" + number, results.resolve("save-" + number), in);
          case 1 ->
            daemon.run(
                "submit",
                "restore",
                "--id",
                "restore-" + number,
                in,
                "--out",
                results.resolve("restore-" + number));
          default ->
            daemon.run(
                "submit",
                "convert",
                "--id",
                "convert-" + number,
                in,
                results.resolve("convert-" + number + ".safetensors"));
        };
    if (submitted.exit() == 0) {
      accepted.add(submitted.out().strip());
    } else {
      assertTrue(
          submitted.err().contains("no coordinator listens")
              || submitted.err().contains("gives no answer"),
          submitted.err());
    }
  }

  private static Map<String, Integer> named(WatchService watch) throws InterruptedException {
    Map<String, Integer> names = new TreeMap<>();
    WatchKey key = watch.poll(10, TimeUnit.SECONDS);
    while (key != null) {
      for (WatchEvent<?> event : key.pollEvents()) {
        names.merge(String.valueOf(event.context()), event.count(), Integer::sum);
      }
      key.reset();
      key = watch.poll(200, TimeUnit.MILLISECONDS);
    }
    return names;
  }

  private static void judge(Path results) {
    NumPy.run(
        "import os\n"
            + "r = sys.argv[1]\n"
            + "def check(get):\n"
            + "    assert (get('a') == np.arange(3000.0)).all()\n"
            + "    assert (get('b') == np.arange(7)).all()\n"
            + "    assert (get('deep/c') == np.ones((50, 50))).all()\n"
            + "n = 0\n"
            + "for name in os.listdir(r):\n"
            + "    path = r + '/' + name\n"
            + "    if name.startswith('save'):\n"
            + "        with np.load(path) as z: check(z.__getitem__)\n"
            + "    elif name.startswith('restore'):\n"
            + "        check(lambda key: np.load(path + '/' + key + '.npy'))\n"
            + "    n += 1\n"
            + "assert n > 0\n",
        results);
  }
}

package io.parallelsaver.faults;

import io.parallelsaver.NamedArrays;
import io.parallelsaver.RestoredArrays;
import io.parallelsaver.Saver;
import io.parallelsaver.SaverOptions;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.error.StorageFullException;
import io.parallelsaver.output.Durability;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.shm.Trees;
import io.parallelsaver.stored.Format;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** A JVM with {@code faults.so} preloaded: {@code CONTROL ROOT all|short|part}. Prints how many faults were injected, all judged right. */
public final class FaultMain {
  private static final List<FaultKind> ALL = List.of(FaultKind.values());

  private static final int EIO = 5;
  private static final int EDQUOT = 122;

  private final FaultRuns runs;
  private final Path root;
  private final boolean all;
  private final int step;
  private final SaverOptions local;
  private final SaverOptions workers;
  private final NamedArrays large = arrays(1, 150_000);

  private FaultMain(FaultRuns runs, Path root, Path shared, boolean all, int step) {
    this.step = step;
    this.runs = runs;
    this.root = root;
    this.all = all;
    this.local = SaverOptions.defaults().withWorkers(1).withSharedMemory(shared);
    this.workers = local.withLocalBytes(0);
  }

  public static void main(String[] args) throws Exception {
    Path root = Path.of(args[1]);
    Path shared = Files.createDirectory(root.resolve("shared"));
    FaultRuns runs =
        new FaultRuns(FaultControl.open(Path.of(args[0])), root, shared, args[2].equals("all"));
    // A part is every fifth call that could fail.
    int step = args[2].equals("part") ? 5 : 1;
    new FaultMain(runs, root, shared, args[2].equals("all"), step).run();
    System.out.println(runs.inWorkers() + " of them in workers");
    System.out.println("faults: " + runs.injected() + " injected, " + runs.injected() + " right");
  }

  private static NamedArrays arrays(long seed, int size) {
    Random random = new Random(seed);
    return NamedArrays.of(Map.of("a", random.doubles(size).toArray()))
        .and("b/c", random.ints(10).toArray());
  }

  private void run() throws Exception {
    Path stored = root.resolve("stored.npz");
    Path deflated = root.resolve("deflated.npz");
    Path pickles = root.resolve("pickles");
    try (Saver saver = Saver.openLazily(local)) {
      saver.save(stored, large);
    }
    try (Saver saver = Saver.openLazily(local.withLevel(1))) {
      saver.save(deflated, large);
      saver.saveAsync(pickles, large, Format.PICKLE, ProgressListener.NONE).join();
    }
    Path out = root.resolve("out/target.npz");
    each(new Scenario("save", local, out, saver -> save(saver, out, Format.NPZ)));
    each(new Scenario(
        "save, not durable",
        local.withDurability(Durability.NONE),
        out,
        saver -> save(saver, out, Format.NPZ)));
    each(new Scenario(
        "save compressed", local.withLevel(1), out, saver -> save(saver, out, Format.NPZ)));
    Path safe = root.resolve("out/target.safetensors");
    each(new Scenario("save safetensors", local, safe, s -> save(s, safe, Format.SAFETENSORS)));
    Path folder = root.resolve("out/folder");
    each(new Scenario("save npy", local, folder, saver -> save(saver, folder, Format.NPY)));
    each(new Scenario("save pickles", local, folder, saver -> save(saver, folder, Format.PICKLE)));
    each(new Scenario("restore", local, out, saver -> restored(saver, stored)));
    each(new Scenario("restore deflated", local, out, saver -> restored(saver, deflated)));
    each(new Scenario("restore to files", local, folder, saver -> toFiles(saver, stored, folder)));
    each(new Scenario("convert", local, out, saver -> convert(saver, deflated, out)));
    each(new Scenario("convert pickles", local, out, saver -> convert(saver, pickles, out)));

    kept(new Scenario("workers save", workers, out, saver -> save(saver, out, Format.NPZ)));
    kept(new Scenario("workers restore", workers, out, saver -> restored(saver, stored)));
    kept(new Scenario("workers convert", workers, out, saver -> convert(saver, deflated, out)));
    kept(new Scenario("workers to files", workers, folder, s -> toFiles(s, stored, folder)));
    Scenario start =
        new Scenario("workers start", workers, out, saver -> save(saver, out, Format.NPZ));
    runs.all(start, old(start), all ? 1 : 19, ALL);
    forcedOnTheWay();
    newFolders();
    quota();
  }

  /** What workers have written is forced while more of it comes, once in so much: what was lost then is known at the end. */
  private void forcedOnTheWay() throws Exception {
    Path out = root.resolve("forced.npz");
    NamedArrays arrays = arrays(2, 10 << 20);
    int forced = runs.count(
        new Scenario("forced on the way", workers, out, saver -> saver.save(out, arrays)),
        FaultKind.FORCE,
        EIO,
        SaverException.class,
        () -> Files.deleteIfExists(out),
        () -> Files.notExists(out));
    // On the way, at the end, and the folder.
    if (forced != 3) {
      throw new AssertionError("a durable save of 80 MiB forces " + forced + " times, not 3");
    }
  }

  /** A quota is a file system that is full for one user: exit code 4, whichever write it is that goes beyond. */
  private void quota() throws Exception {
    Path out = root.resolve("quota.npz");
    for (SaverOptions options : List.of(local, local.withLevel(1))) {
      int writes = runs.count(
          new Scenario("quota", options, out, saver -> save(saver, out, Format.NPZ)),
          FaultKind.WRITE,
          EDQUOT,
          StorageFullException.class,
          () -> Files.deleteIfExists(out),
          () -> Files.notExists(out));
      if (writes < 5) {
        throw new AssertionError("a save writes " + writes + " times");
      }
    }
  }

  /** What is durable in new folders: the files, and every name, up to the folder that was there before. */
  private void newFolders() throws Exception {
    Path top = root.resolve("new");
    Path folder = top.resolve("deep/folder");
    int forced = runs.count(
        new Scenario("new folders", local, folder, saver -> save(saver, folder, Format.NPY)),
        FaultKind.FORCE,
        EIO,
        SaverException.class,
        () -> Trees.delete(top),
        () -> Files.notExists(top));
    // a.npy and b/c.npy; then the folders root, new, deep, folder and b.
    if (forced != 2 + 5) {
      throw new AssertionError("a durable save to new folders forces " + forced + " times, not 7");
    }
  }

  private void each(Scenario scenario) throws Exception {
    runs.all(scenario, old(scenario), step, ALL);
  }

  private void kept(Scenario scenario) throws Exception {
    runs.kept(scenario, old(scenario), ALL);
  }

  /** What the scenario makes of other arrays, so that all its files are there before. */
  private Map<String, String> old(Scenario scenario) {
    Map<String, String> old = new TreeMap<>();
    if (scenario.target().toString().endsWith("folder")) {
      for (String name : List.of("a.npy", "b/c.npy", "data_1.dat", "kept.txt", "data_9.dat")) {
        old.put(name, "b2xk");
      }
    } else {
      old.put("", "b2xk");
    }
    return old;
  }

  private Object save(Saver saver, Path target, Format format) {
    Saver.await(saver.saveAsync(target, large, format, ProgressListener.NONE));
    return "saved";
  }

  private static Object restored(Saver saver, Path source) {
    RestoredArrays arrays = Saver.await(saver.restoreAsync(source, null, ProgressListener.NONE));
    Map<String, Integer> sums = new TreeMap<>();
    arrays.forEach((key, array) -> sums.put(key, Arrays.hashCode(array.toBytes().array())));
    return sums;
  }

  private static Object toFiles(Saver saver, Path source, Path folder) {
    Saver.await(saver.restoreToDirectory(source, folder, null, ProgressListener.NONE));
    return "restored";
  }

  private static Object convert(Saver saver, Path source, Path target) {
    Saver.await(saver.convert(source, target, Format.NPZ, null, ProgressListener.NONE));
    return "converted";
  }
}

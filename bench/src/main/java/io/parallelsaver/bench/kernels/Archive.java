package io.parallelsaver.bench.kernels;

import io.parallelsaver.NamedArrays;
import io.parallelsaver.Saver;
import io.parallelsaver.SaverOptions;
import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.cli.Scratch;
import io.parallelsaver.npz.ArchiveMember;
import io.parallelsaver.npz.NpzArchive;
import io.parallelsaver.npz.NpzPlan;
import io.parallelsaver.npz.Profile;
import io.parallelsaver.output.Durability;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** An archive of 10,000 members: the time for one of them. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@OperationsPerInvocation(Archive.MEMBERS)
public class Archive {
  static final int MEMBERS = 10_000;

  private final Map<String, ArraySpec> specs = new LinkedHashMap<>();
  private Scratch scratch;
  private Path file;

  @Setup
  public void save() {
    NamedArrays arrays = NamedArrays.of();
    for (int i = 0; i < MEMBERS; i++) {
      NDArray array = NDArray.of(new double[] {i});
      arrays.and("array_" + i, array);
      specs.put("array_" + i, array.spec());
    }
    scratch = KernelsCommand.scratch();
    file = scratch.path().resolve("archive.npz");
    try (Saver saver = Saver.openLazily(SaverOptions.defaults().withDurability(Durability.NONE))) {
      saver.save(file, arrays);
    }
  }

  @Benchmark
  public NpzPlan plan() {
    return NpzPlan.of(specs, Profile.ALIGNED);
  }

  @Benchmark
  public List<ArchiveMember> openAndReadHeaders() throws IOException {
    try (NpzArchive archive = NpzArchive.open(file)) {
      return archive.members();
    }
  }

  @TearDown
  public void delete() {
    scratch.close();
  }
}

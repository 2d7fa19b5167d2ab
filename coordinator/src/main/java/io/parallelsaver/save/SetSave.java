package io.parallelsaver.save;

import io.parallelsaver.array.ArrayData;
import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.array.PythonText;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.job.CallFiles;
import io.parallelsaver.job.JobFile.Mode;
import io.parallelsaver.npz.Crc32;
import io.parallelsaver.npz.NpzPlan;
import io.parallelsaver.npz.NpzPlan.Member;
import io.parallelsaver.npz.Profile;
import io.parallelsaver.output.Durability;
import io.parallelsaver.output.OutputSet;
import io.parallelsaver.output.OutputSet.Late;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.pool.WorkerPool;
import io.parallelsaver.shards.Part;
import io.parallelsaver.shards.Shard;
import io.parallelsaver.shards.ShardIndex;
import io.parallelsaver.shards.ShardPlan;
import io.parallelsaver.shards.ShardPlan.Slice;
import io.parallelsaver.shards.ShardedArray;
import io.parallelsaver.shards.Sharding;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.IntUnaryOperator;
import java.util.zip.CRC32;

/** One save of named arrays into a sharded set: all shards are one plan, so that workers go from one to the next without a pause. */
public final class SetSave {
  private final WorkerPool pool;
  private final long call;
  private final Map<String, NDArray> arrays;
  private final Durability durability;
  private final Executor staging;
  private final ProgressListener progress;

  private final List<NpzPlan> archives = new ArrayList<>();
  private final List<Slice> slices = new ArrayList<>();
  private final List<ArrayData> data = new ArrayList<>();

  /** Index of the first slice of each shard, and behind the last. */
  private int[] firsts;

  /**
   * @param arrays arrays by key, in the order of the set
   * @param staging threads that copy array bytes into the arena
   */
  public SetSave(
      WorkerPool pool,
      Map<String, NDArray> arrays,
      Durability durability,
      Executor staging,
      ProgressListener progress) {
    this.pool = pool;
    this.call = pool.newCall();
    this.arrays = arrays;
    this.durability = durability;
    this.staging = staging;
    this.progress = progress;
  }

  /**
   * Saves, and returns when the set is in its place.
   *
   * @param index where its index goes
   * @throws io.parallelsaver.error.SaverException if anything failed; the set of that name is then what it was before
   */
  public FileSave.Result run(Path index, Sharding sharding, Profile profile) {
    plan(sharding, profile);
    List<Shard> shards = new ArrayList<>(archives.size());
    for (NpzPlan archive : archives) {
      String name = ShardIndex.shardName(index, shards.size() + 1, archives.size());
      shards.add(new Shard(name, archive.fileSize()));
    }
    SavePlan plan = SavePlan.of(archives, data);
    OutputSet output = OutputSet.prepare(pool.run(), call, index, shards, durability);
    try {
      CallFiles files = new CallFiles();
      Mode mode = durability == Durability.SYNC ? Mode.WRITE_DIRECT : Mode.WRITE;
      for (int i = 0; i < shards.size(); i++) {
        files.write(mode, output.unfinished(i), archives.get(i).directoryOffset());
        if (shards.get(i).size() >= FileSave.WORTH_ALLOCATING && pool.anyReady()) {
          output.allocate(i);
        }
      }
      int most = SaveCut.largestChunk(pool);
      Written written =
          Written.of(pool, call, plan, most, files, IntUnaryOperator.identity(), staging, progress);
      List<ShardedArray> placed = placed(written.crcs());
      finish(output, written.unstamped(), written.crcs());
      output.commit(placed);
      return new FileSave.Result(
          arrays.size(), shards.stream().mapToLong(Shard::size).sum(), written.workers());
    } catch (RuntimeException | Error e) {
      output.rollback(e);
      throw e;
    }
  }

  private void plan(Sharding sharding, Profile profile) {
    Map<String, ArraySpec> specs = new LinkedHashMap<>();
    arrays.forEach((key, array) -> specs.put(key, array.spec()));
    ShardPlan plan = sharding.plan(specs);
    firsts = new int[plan.shards().size() + 1];
    for (List<Slice> shard : plan.shards()) {
      Map<String, ArraySpec> members = new LinkedHashMap<>();
      for (Slice slice : shard) {
        members.put(slice.member(), slice.spec());
        slices.add(slice);
        data.add(data(slice));
      }
      archives.add(NpzPlan.of(members, profile));
      firsts[archives.size()] = slices.size();
    }
  }

  private ArrayData data(Slice slice) {
    ArrayData whole = arrays.get(slice.key()).data();
    if (slice.isWhole()) {
      return whole;
    }
    long row = slice.whole().byteSize() / ShardedArray.rows(slice.whole());
    return whole.slice(slice.from() * row, slice.rows() * row);
  }

  /** What the index says of each array. */
  private List<ShardedArray> placed(int[] crcs) {
    List<ShardedArray> placed = new ArrayList<>(arrays.size());
    List<Part> parts = new ArrayList<>();
    int shard = 0;
    for (int i = 0; i < slices.size(); i++) {
      while (i == firsts[shard + 1]) {
        shard++;
      }
      Slice slice = slices.get(i);
      Member member = archives.get(shard).members().get(i - firsts[shard]);
      parts.add(new Part(
          shard,
          slice.member(),
          member.localOffset(),
          member.memberOffset(),
          member.dataOffset(),
          member.spec().byteSize(),
          crcs[i],
          slice.rows()));
      if (slice.from() + slice.rows() == ShardedArray.rows(slice.whole())) {
        if (parts.size() > 1) {
          check(slice.key(), i + 1 - parts.size(), parts, crcs);
        }
        placed.add(new ShardedArray(slice.key(), slice.whole(), parts));
        parts.clear();
      }
    }
    return placed;
  }

  /**
   * What an array's bytes bring along as their CRC-32 is that of the whole; its parts together must have it.
   *
   * @param first index of the slice that the first part is
   */
  private void check(String key, int first, List<Part> parts, int[] crcs) {
    ArrayData whole = arrays.get(key).data();
    if (whole.crc().isEmpty()) {
      return;
    }
    int found = 0;
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      Member member = archives.get(part.shard()).members().get(first + i - firsts[part.shard()]);
      int crc = withoutHeader(crcs[first + i], member);
      found = Crc32.combine(found, crc, part.length());
    }
    if (found != whole.crc().getAsInt()) {
      throw new CorruptException("array " + PythonText.quoteStart(key) + ": CRC-32 of its "
          + whole.length() + " bytes"
          + whole
              .region()
              .map(where -> " at " + where.offset() + " of " + where.file())
              .orElse("")
          + " is not what its file wants; the file is damaged");
    }
  }

  private static int withoutHeader(int crc, Member member) {
    byte[] framing = member.framing();
    CRC32 header = new CRC32();
    header.update(framing, framing.length - member.npyHeaderLength(), member.npyHeaderLength());
    return Crc32.remove((int) header.getValue(), crc, member.spec().byteSize());
  }

  /** Writes what could not be known before, in several shards at a time: each may have to wait for the device. */
  private void finish(OutputSet output, int[] unstamped, int[] crcs) {
    List<CompletableFuture<Void>> tasks = new ArrayList<>();
    int next = 0;
    for (int i = 0; i < archives.size(); i++) {
      NpzPlan archive = archives.get(i);
      List<Late> late = new ArrayList<>();
      for (; next < unstamped.length && unstamped[next] < firsts[i + 1]; next++) {
        int slice = unstamped[next];
        ByteBuffer crc = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        late.add(new Late(
            crc.putInt(0, crcs[slice]), archive.members().get(slice - firsts[i]).crcOffset()));
      }
      int[] own = Arrays.copyOfRange(crcs, firsts[i], firsts[i + 1]);
      int shard = i;
      tasks.add(CompletableFuture.runAsync(
          () -> {
            late.add(new Late(archive.directory(own), archive.directoryOffset()));
            output.finish(shard, late);
          },
          staging));
    }
    try {
      CompletableFuture.allOf(tasks.toArray(CompletableFuture[]::new)).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }
}

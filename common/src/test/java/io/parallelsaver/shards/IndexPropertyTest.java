package io.parallelsaver.shards;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.testing.AnyArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever arrays there are, and however they are cut: what is written is read. */
class IndexPropertyTest {
  @Provide
  Arbitrary<List<ArraySpec>> specs() {
    return AnyArray.specs(1L << 40).list().ofMaxSize(8);
  }

  @Provide
  Arbitrary<List<String>> keys() {
    return AnyArray.keys().list().uniqueElements().ofSize(8);
  }

  @Property(tries = 300)
  void readsWhatItWrites(
      @ForAll("specs") List<ArraySpec> specs,
      @ForAll("keys") List<String> keys,
      @ForAll long seed) {
    Random random = new Random(seed);
    int count = 1 + random.nextInt(4);
    long[] ends = new long[count];
    List<ShardedArray> arrays = new ArrayList<>();
    long total = 0;
    for (int i = 0; i < specs.size(); i++) {
      ArraySpec spec = specs.get(i);
      List<Part> parts = new ArrayList<>();
      long left = ShardedArray.rows(spec);
      do {
        boolean cut = ShardedArray.canBeCut(spec) && left > 1 && parts.size() < 5;
        long rows = cut ? 1 + random.nextLong(left) : left;
        long length =
            ShardedArray.rows(spec) == 0 ? 0 : rows * (spec.byteSize() / ShardedArray.rows(spec));
        int shard = random.nextInt(count);
        long local = ends[shard];
        String key = parts.isEmpty() ? keys.get(i) : keys.get(i) + "#" + parts.size() + "#" + i;
        parts.add(
            new Part(shard, key, local, local + 50, local + 178, length, random.nextInt(), rows));
        ends[shard] = local + 178 + length;
        left -= rows;
        total += length;
      } while (left > 0);
      arrays.add(new ShardedArray(keys.get(i), spec, parts));
    }
    List<Shard> shards = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      shards.add(new Shard("s" + i + ".npz", ends[i] + random.nextInt(100)));
    }
    IndexHead head = new IndexHead(total, Optional.empty(), shards);
    SetIndex.Read read = SetIndex.read(SetIndex.text(head, arrays));
    assertEquals(head, read.head());
    assertEquals(arrays, read.arrays());
  }
}

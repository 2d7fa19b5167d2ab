package io.parallelsaver.fuzz;

import static io.parallelsaver.fuzz.FuzzInput.check;

import io.parallelsaver.error.InputException;
import io.parallelsaver.shards.IndexHead;
import io.parallelsaver.shards.IndexReader;
import io.parallelsaver.shards.Part;
import io.parallelsaver.shards.ShardedArray;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The index of a sharded set. */
public final class IndexTarget {
  private static final FuzzInput FILE = new FuzzInput("fuzzed.npz.index.json");

  private IndexTarget() {}

  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    FILE.hold(input);
    FuzzInput.measured(input, IndexTarget::read);
  }

  private static void read() {
    List<ShardedArray> arrays = new ArrayList<>();
    IndexHead head;
    try {
      head = IndexReader.read(FILE.path(), arrays::add);
    } catch (InputException e) {
      FILE.checkRefusal(e);
      return;
    }
    Set<String> names = new HashSet<>();
    long total = 0;
    for (ShardedArray array : arrays) {
      long rows = 0;
      for (Part part : array.parts()) {
        check(part.end() <= head.shards().get(part.shard()).size(), part + " is outside its shard");
        check(names.add(part.key()), "two members are called " + part.key());
        total += part.length();
        rows += part.rows();
      }
      check(rows == ShardedArray.rows(array.spec()), array + " has other rows than its parts");
    }
    check(total == head.totalSize(), "the arrays take " + total + ", not " + head.totalSize());
  }
}

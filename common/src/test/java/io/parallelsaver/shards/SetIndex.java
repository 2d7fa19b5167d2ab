package io.parallelsaver.shards;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A small set's index as text, and what a text says. */
final class SetIndex {
  static final String NAME = "s.npz.index.json";

  /** One array in two shards, one whole. */
  static final List<ShardedArray> ARRAYS = List.of(
      new ShardedArray(
          "w",
          ArraySpec.of(DType.FLOAT64, 3, 2),
          List.of(
              new Part(0, "w[0:2]", 0, 64, 192, 32, 7, 2),
              new Part(1, "w[2:3]", 0, 64, 192, 16, 0xFFFFFFFF, 1))),
      new ShardedArray(
          "b", ArraySpec.of(DType.INT8), List.of(new Part(1, "b", 208, 272, 400, 1, 9, 1))));

  static final IndexHead HEAD = new IndexHead(
      49,
      Optional.of("run-1"),
      List.of(new Shard("s-00001-of-00002.npz", 300), new Shard("s-00002-of-00002.npz", 500)));

  private SetIndex() {}

  static String text() {
    return text(HEAD, ARRAYS);
  }

  static String text(IndexHead head, Iterable<ShardedArray> arrays) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      IndexWriter.write(out, head, arrays);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  /** What was read. */
  record Read(IndexHead head, List<ShardedArray> arrays) {}

  static Read read(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    List<ShardedArray> arrays = new ArrayList<>();
    IndexHead head = IndexReader.read(NAME, () -> new ByteArrayInputStream(bytes), arrays::add);
    return new Read(head, arrays);
  }
}

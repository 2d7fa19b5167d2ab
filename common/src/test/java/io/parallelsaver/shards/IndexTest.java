package io.parallelsaver.shards;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.InputException;
import io.parallelsaver.testing.JsonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IndexTest {
  @Test
  void readsWhatItWrites() {
    SetIndex.Read read = SetIndex.read(SetIndex.text());
    assertEquals(SetIndex.HEAD, read.head());
    assertEquals(SetIndex.ARRAYS, read.arrays());
  }

  /** What the hubs of models have in theirs. */
  @Test
  void hasTheHubsTwoSections() {
    Object index = JsonText.parse(SetIndex.text());
    assertEquals(49L, JsonText.at(index, "metadata", "total_size"));
    assertEquals(
        Map.of(
            "w[0:2]", "s-00001-of-00002.npz",
            "w[2:3]", "s-00002-of-00002.npz",
            "b", "s-00002-of-00002.npz"),
        JsonText.at(index, "weight_map"));
    assertEquals(4294967295L, JsonText.at(index, "arrays", "w", "parts", 1, "crc32"));
  }

  @Test
  void hasALineForEachArray() {
    List<String> lines = SetIndex.text().lines().toList();
    assertTrue(
        lines.stream().anyMatch(line -> line.startsWith("\"w\":{") && line.contains("rows")));
  }

  @Test
  void sectionsMayStandInAnyOrder() {
    Object index = JsonText.parse(SetIndex.text());
    StringBuilder text = new StringBuilder("{\"more\":[{}],");
    for (String section : List.of("weight_map", "arrays", "shards", "metadata")) {
      text.append('"').append(section).append("\":");
      text.append(json(JsonText.at(index, section)));
      text.append(section.equals("metadata") ? "}" : ",");
    }
    SetIndex.Read read = SetIndex.read(text.toString());
    assertEquals(SetIndex.HEAD, read.head());
    assertEquals(Set.copyOf(SetIndex.ARRAYS), Set.copyOf(read.arrays()));
  }

  private static String json(Object value) {
    if (value instanceof Map<?, ?> map) {
      StringBuilder text = new StringBuilder("{");
      map.forEach((key, each) -> text.append(text.length() > 1 ? "," : "")
          .append('"')
          .append(key)
          .append("\":")
          .append(json(each)));
      return text.append('}').toString();
    } else if (value instanceof List<?> list) {
      return list.stream().map(IndexTest::json).toList().toString();
    }
    return value instanceof String ? "\"" + value + "\"" : String.valueOf(value);
  }

  @Test
  void keepsOnlyWhatIsWanted(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve(SetIndex.NAME), SetIndex.text());
    ShardIndex index = ShardIndex.read(file, "b"::equals);
    assertEquals(Set.of("b"), index.arrays().keySet());
    assertEquals(SetIndex.HEAD, index.head());
    assertEquals(SetIndex.HEAD, IndexReader.head(file));
  }

  /** The head stands first: who asks for nothing else does not read a hundred megabytes. */
  @Test
  void readsNoFurtherThanTheHead(@TempDir Path folder) throws IOException {
    String text = SetIndex.text();
    Path file = folder.resolve(SetIndex.NAME);
    Files.writeString(file, text.substring(0, text.indexOf("\"arrays\"") + 30));
    assertEquals(SetIndex.HEAD, IndexReader.head(file));
    assertThrows(CorruptException.class, () -> ShardIndex.read(file));
  }

  @Test
  void findsAShardWhereItWasMadeUntilItHasItsPlace(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve(SetIndex.NAME), SetIndex.text());
    ShardIndex index = ShardIndex.read(file);
    Path made = Files.createDirectory(folder.resolve(".run-1.shards"));
    Path first = Files.writeString(made.resolve("s-00001-of-00002.npz"), "");
    assertEquals(first, index.file(0));
    assertEquals(folder.resolve("s-00002-of-00002.npz"), index.file(1));
  }

  @ParameterizedTest
  @CsvSource({
    "out,out.npz.index.json,out-00002-of-00016.npz",
    "out.npz,out.npz.index.json,out-00002-of-00016.npz",
    "d/out.npz.index.json,d/out.npz.index.json,out-00002-of-00016.npz",
    "a.b,a.b.npz.index.json,a.b-00002-of-00016.npz",
  })
  void namesFiles(String target, String index, String shard) {
    assertEquals(Path.of(index), ShardIndex.of(Path.of(target)));
    assertEquals(shard, ShardIndex.shardName(Path.of(index), 2, 16));
  }

  @Test
  void aMissingFileIsNoDamage(@TempDir Path folder) {
    InputException thrown = assertThrows(
        InputException.class, () -> ShardIndex.read(folder.resolve("x.npz.index.json")));
    assertTrue(thrown.getMessage().startsWith("there is no file"), thrown.getMessage());
  }

  @Test
  void writesNoIndexThatItWouldRefuse() {
    IndexHead wrong = new IndexHead(48, Optional.empty(), SetIndex.HEAD.shards());
    assertThrows(IllegalArgumentException.class, () -> SetIndex.text(wrong, SetIndex.ARRAYS));
    IndexHead small = new IndexHead(
        49, Optional.empty(), List.of(new Shard("a.npz", 300), new Shard("b.npz", 400)));
    assertThrows(IllegalArgumentException.class, () -> SetIndex.text(small, SetIndex.ARRAYS));
  }

  @Test
  void onlyRowsOfTheSlowestAxisAreCut() {
    assertTrue(ShardedArray.canBeCut(ArraySpec.of(DType.INT8, 2, 3)));
    assertTrue(ShardedArray.canBeCut(new ArraySpec(DType.INT8, new long[] {2}, true)));
    for (ArraySpec whole : List.of(
        ArraySpec.of(DType.INT8),
        ArraySpec.of(DType.INT8, 1, 9),
        ArraySpec.of(DType.INT8, 9, 0),
        new ArraySpec(DType.INT8, new long[] {2, 3}, true))) {
      assertEquals(false, ShardedArray.canBeCut(whole), whole.toString());
    }
  }
}

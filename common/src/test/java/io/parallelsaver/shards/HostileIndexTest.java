package io.parallelsaver.shards;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Indexes that nobody should believe. */
class HostileIndexTest {
  private static final long SEED = Long.getLong("shards.seed", System.nanoTime());

  /** Each replaces something of a right index, and is refused with words that say what and where. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "\"total_size\":49 | \"total_size\":50 | expected total_size to be 49",
        "\"total_size\":49 | \"total_size\":-1 | is negative",
        "\"total_size\":49 | \"total_size\":4.9 | expected 'total_size' of metadata to be VALUE_NUMBER_INT",
        "\"total_size\":49 | \"total_size\":99999999999999999999 | out of range of long",
        "\"version\":1 | \"version\":2 | version of the index is 2",
        "\"version\":1, | ~~ | index of a model hub",
        "\"set\":\"run-1\" | \"set\":\"../run\" | must be called by letters",
        "\"s-00001-of-00002.npz\",\"size\" | \"../s-00001.npz\",\"size\" | an .npz archive beside the index",
        "\"s-00001-of-00002.npz\",\"size\" | \"/etc/s.npz\",\"size\" | an .npz archive beside the index",
        "\"s-00001-of-00002.npz\",\"size\" | \"passwd\",\"size\" | an .npz archive beside the index",
        "\"s-00001-of-00002.npz\",\"size\" | \"s-00002-of-00002.npz\",\"size\" | is listed twice",
        "\"size\":300 | \"size\":223 | has 223 bytes, but parts in it reach to byte 224",
        "\"size\":300 | \"size\":-1 | is negative",
        "\"shard\":0 | \"shard\":2 | a part stands in shard 2, but there are 2",
        "\"shard\":0 | \"shard\":4294967296 | is none of 0 to",
        "\"shard\":0 | \"shard\":1 | expected weight_map to say that 'w[0:2]' is in s-00002-of-00002.npz, found 's-00001",
        "\"rows\":2 | \"rows\":1 | by dtype and shape",
        "\"shape\":[3,2] | \"shape\":[4,2] | expected parts of 4 rows in all, found 3",
        "\"shape\":[3,2] | \"shape\":[2,2] | expected parts of 2 rows in all, found 3",
        "\"shape\":[3,2] | \"shape\":[3,9223372036854775807] | larger than 2^63",
        "\"shape\":[3,2] | \"shape\":[-3,2] | is negative",
        "\"shape\":[3,2] | \"shape\":6 | to be START_ARRAY",
        "\"fortran_order\":false,\"shape\":[3 | \"fortran_order\":true,\"shape\":[3 | only along the first axis in C order",
        "\"dtype\":\"<f8\" | \"dtype\":\"<f4\" | by dtype and shape",
        "\"dtype\":\"<f8\" | \"dtype\":\"O\" | Python objects",
        "\"dtype\":\"<f8\" | \"dtype\":\"<q8\" | not a dtype",
        "\"dtype\":\"<f8\" | \"dtype\":\"<f8\",\"logical_type\":\"huge\" | unknown logical_type 'huge'",
        "\"dtype\":\"<f8\" | \"dtype\":\"<f8\",\"logical_type\":\"bfloat16\" | bfloat16",
        "\"length\":32 | \"length\":31 | found 31",
        "\"offset\":192,\"length\":32 | \"offset\":9223372036854775807,\"length\":32 | impossible",
        "\"local\":0,\"header\":64,\"offset\":192,\"length\":32 | \"local\":0,\"header\":0,\"offset\":192,\"length\":32 | one behind the other",
        "\"crc32\":7 | \"crc32\":4294967296 | at most 4294967295",
        "\"crc32\":7, | ~~ | has no 'crc32'",
        "\"crc32\":7 | \"crc32\":7,\"crc32\":7 | stands twice",
        "\"key\":\"w[0:2]\", | ~~ | has no 'key'",
        "\"key\":\"w[0:2]\" | \"key\":\"b\" | member 'b' is there twice",
        "\"key\":\"w[0:2]\" | \"key\":\"x\" | expected weight_map to say that 'x' is in s-00001-of-00002.npz, found nothing",
        "\"w\":{ | \"b\":{ | array 'b' is there twice",
        "\"b\":\"s-00002-of-00002.npz\" | \"b\":\"s-00002-of-00002.npz\",\"c\":\"s-00002-of-00002.npz\" | has 'c', which is part of no array",
        "\"b\":\"s-00002-of-00002.npz\" | \"b\":\"s-00002-of-00002.npz\",\"b\":\"s-00002-of-00002.npz\" | has 'b' twice",
        "\"b\":\"s-00002-of-00002.npz\" | \"b\":7 | weight_map of 'b' to be VALUE_STRING",
        "\"weight_map\":{ | \"weight_nap\":{ | there is no 'weight_map'",
        "\"weight_map\":{ | \"arrays\":{ | 'arrays' stands twice",
        "\"arrays\":{ | \"arrows\":{ | index of a model hub",
      })
  void isRefused(String right, String wrong, String says) {
    String text = SetIndex.text().replace("\n", "");
    assertTrue(text.contains(right), right);
    int at = text.indexOf(right);
    String forged = text.substring(0, at) + wrong + text.substring(at + right.length());
    InputException thrown = assertThrows(InputException.class, () -> SetIndex.read(forged), wrong);
    assertTrue(thrown.getMessage().startsWith(SetIndex.NAME + ": "), thrown.getMessage());
    assertTrue(thrown.getMessage().contains(says), thrown.getMessage());
  }

  /** Parts upon parts in the same bytes: a small shard that would be restored to any size. */
  @Test
  void moreBytesThanThereAre() {
    List<ShardedArray> arrays = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      Part part = new Part(0, "a" + i, 0, 64, 192, 100, 0, 100);
      arrays.add(new ShardedArray("a" + i, ArraySpec.of(DType.INT8, 100), List.of(part)));
    }
    IndexHead head = new IndexHead(1000, Optional.empty(), List.of(new Shard("s.npz", 500)));
    CorruptException thrown =
        assertThrows(CorruptException.class, () -> SetIndex.read(SetIndex.text(head, arrays)));
    assertTrue(thrown.getMessage().contains("but parts in it take 1000"), thrown.getMessage());
  }

  @Test
  void deepNestingAndCutOffText() {
    CorruptException deep = assertThrows(
        CorruptException.class,
        () -> SetIndex.read("{\"more\":" + "[".repeat(1000) + "]".repeat(1000) + "}"));
    assertTrue(deep.getMessage().contains("is not JSON as expected"), deep.getMessage());
    String text = SetIndex.text().strip();
    for (int length = 0; length < text.length(); length++) {
      String cut = text.substring(0, length);
      assertThrows(CorruptException.class, () -> SetIndex.read(cut), cut);
    }
    assertThrows(CorruptException.class, () -> SetIndex.read(text + "{}"));
  }

  /** Whatever a byte is changed to, it is understood or refused, and nothing else. */
  @Test
  void anyByteChanged() {
    Random random = new Random(SEED);
    String text = SetIndex.text();
    int refused = 0;
    for (int i = 0; i < 5_000; i++) {
      StringBuilder changed = new StringBuilder(text);
      for (int n = random.nextInt(3); n >= 0; n--) {
        changed.setCharAt(random.nextInt(text.length()), (char) (32 + random.nextInt(96)));
      }
      try {
        SetIndex.read(changed.toString());
      } catch (InputException e) {
        assertTrue(e.getMessage().startsWith(SetIndex.NAME), "seed " + SEED + ": " + e);
        refused++;
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + SEED + ": " + changed, e);
      }
    }
    assertTrue(refused > 2_000, "seed " + SEED + ": only " + refused + " refused");
  }

  @Test
  void hashesTellNamesApart() {
    SeenNames seen = new SeenNames();
    for (int i = 0; i < 200_000; i++) {
      assertTrue(seen.add("layer." + i + ".weight"), "layer " + i);
    }
    assertEquals(false, seen.add("layer.77.weight"));
    assertNotEquals(SeenNames.hash("ab"), SeenNames.hash("ba"));
  }
}

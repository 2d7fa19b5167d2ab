package io.parallelsaver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.Mutations.Mutation;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.npz.Profile;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.restore.Proof;
import io.parallelsaver.stored.Format;
import io.parallelsaver.testing.Golden;
import io.parallelsaver.testing.OnFirstJava;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Small archives with one accident each: what is repaired is what was saved, and nothing is left behind that the accident has not
 * touched. What must be brought out follows from the whole archive's directory, not from what repairing has found.
 */
@OnFirstJava
class RepairMutationTest {
  private static final long SEED = Long.getLong("repair.seed", System.nanoTime());

  /** Bits turned over in each archive; of a long run all. */
  private static final int FLIPS = Integer.getInteger("repair.flips", 150);

  private static Saver saver;

  private static final Proof.Wanted NOTHING = new Proof.Wanted(false, false);

  @TempDir
  static Path sharedMemory;

  @TempDir
  Path directory;

  /** Where a member stands in a whole archive; ranges are half open. */
  private record Place(
      String key, Range localName, Range content, Range centralName, boolean streamed) {
    static final int DESCRIPTOR_CRC = 8;

    /** Whether nothing of it and of its names is touched. */
    boolean mustBeFound(Mutation mutation) {
      return mutation.cut()
          ? content.end + (streamed ? DESCRIPTOR_CRC : 0) <= mutation.at()
          : !content.holds(mutation) && !localName.holds(mutation) && !centralName.holds(mutation);
    }
  }

  private record Range(int start, int end) {
    boolean holds(Mutation mutation) {
      return start <= mutation.at() && mutation.at() < end;
    }
  }

  @BeforeAll
  static void open() {
    saver = Saver.openLazily(TestArrays.options(sharedMemory, 1).withLocalBytes(1L << 40));
  }

  @AfterAll
  static void close() {
    saver.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"mixed.npz", "compressed.npz", "unseekable.npz", "unseekable-compressed.npz"})
  void ofNumPy(String name) throws IOException {
    everyAccident(Golden.copy(name, directory));
  }

  @ParameterizedTest
  @CsvSource({"64,0", "0,0", "64,6", "0,6"})
  void ofOurs(int alignment, int level) throws IOException {
    Path file = directory.resolve("ours.npz");
    SaverOptions options =
        TestArrays.options(sharedMemory, 1).withProfile(new Profile(alignment)).withLevel(level);
    try (Saver ours = Saver.openLazily(options.withLocalBytes(1L << 40))) {
      ours.save(
          file, NamedArrays.of(TestArrays.doubles(9, 1), new int[] {1, 2}).and("long name", 3.0));
    }
    everyAccident(file);
  }

  /** An archive is the bytes of an array: what is in it is no member of the outer one, however that ends. */
  @Test
  void nested() throws IOException {
    Path inner = Golden.copy("mixed.npz", directory);
    Path file = directory.resolve("outer.npz");
    saver.save(
        file, NamedArrays.of(new int[] {1}, Files.readAllBytes(inner)).and("last", new int[] {2}));
    everyAccident(file);
  }

  private void everyAccident(Path file) throws IOException {
    Mutations mutations = new Mutations(file);
    List<Place> places = places(mutations.whole());
    Map<String, NDArray> saved = new LinkedHashMap<>(saver.restore(file));
    assertEquals(saved.size(), places.size());
    List<Mutation> some = new ArrayList<>(mutations.sample(FLIPS, new Random(SEED)));
    mutations.part(new Random(SEED)).stream()
        .filter(each -> each.cut() || FLIPS >= mutations.whole().length * 8)
        .forEach(some::add);
    int[] found = new int[2];
    mutations.each(some, mutation -> {
      int arrays = accident(file, mutation, places, saved);
      found[arrays == places.size() ? 0 : 1]++;
    });
    assertTrue(found[0] > 0 && found[1] > 0, "no accident does anything: seed " + SEED);
    System.out.println("repair: " + some.size() + " forms of " + file.getFileName()
        + ", all right, " + found[0] + " gave all arrays, seed " + SEED);
  }

  private int accident(
      Path file, Mutation mutation, List<Place> places, Map<String, NDArray> saved) {
    String context = mutation + ", seed " + SEED;
    Path target = directory.resolve("target.npz");
    try {
      Files.deleteIfExists(target);
      Repair repair =
          Saver.await(saver.repair(file, target, Format.NPZ, NOTHING, ProgressListener.NONE));
      assertEquals(repair.arrays() > 0, Files.exists(target), context);
      Map<String, NDArray> back = repair.arrays() == 0 ? Map.of() : saver.restore(target);
      assertEquals(repair.arrays(), back.size(), context);
      context += ": " + repair.findings();
      for (Map.Entry<String, NDArray> array : back.entrySet()) {
        NDArray original = saved.get(array.getKey());
        assertTrue(original != null, context);
        assertEquals(original.spec(), array.getValue().spec(), context);
        assertArrayEquals(original.toBytes().array(), array.getValue().toBytes().array(), context);
      }
      for (Place place : places) {
        assertTrue(!place.mustBeFound(mutation) || back.containsKey(place.key), place + context);
      }
      assertTrue(!repair.whole() || back.size() == places.size(), context);
      return back.size();
    } catch (IOException | RuntimeException e) {
      throw new AssertionError(context, e);
    }
  }

  /** Reads a whole archive's directory; a name's range includes the field of its length. */
  private static List<Place> places(byte[] whole) {
    ByteBuffer in = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
    int end = whole.length - 22;
    assertEquals(0x06054b50, in.getInt(end), "an archive without comment");
    List<Place> places = new ArrayList<>();
    int at = in.getInt(end + 16);
    for (int i = in.getShort(end + 10); i > 0; i--) {
      int nameLength = in.getShort(at + 28);
      int local = in.getInt(at + 42);
      int content = local + 30 + in.getShort(local + 26) + in.getShort(local + 28);
      String name = new String(whole, at + 46, nameLength, StandardCharsets.UTF_8);
      places.add(new Place(
          name.substring(0, name.length() - ".npy".length()),
          new Range(local + 26, local + 30 + nameLength),
          new Range(content, content + in.getInt(at + 20)),
          new Range(at + 28, at + 46 + nameLength),
          (in.getShort(local + 6) & 8) != 0));
      at += 46 + nameLength + in.getShort(at + 30) + in.getShort(at + 32);
    }
    return places;
  }
}

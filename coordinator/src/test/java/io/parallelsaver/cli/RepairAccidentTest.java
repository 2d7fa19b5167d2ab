package io.parallelsaver.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.NamedArrays;
import io.parallelsaver.Saver;
import io.parallelsaver.SaverOptions;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.npz.ArchiveMember;
import io.parallelsaver.npz.NpzArchive;
import io.parallelsaver.stored.Format;
import io.parallelsaver.testing.Archive;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens to archives on disks and in transfers: lost blocks, foreign bytes around them, names twice, saves that never ended. */
class RepairAccidentTest {
  private static final long SEED = Long.getLong("test.seed", System.nanoTime());
  private static final int SECTOR = 4096;
  private static final int ARRAYS = 12;

  @TempDir
  Path directory;

  private Path shared;
  private Path source;
  private Path target;
  private Map<String, NDArray> saved;

  @BeforeEach
  void makeDirectory() throws IOException {
    shared = Files.createDirectory(directory.resolve("shared"));
    source = directory.resolve("source.npz");
    target = directory.resolve("target.npz");
  }

  private SaverOptions options(int level) {
    return SaverOptions.defaults().withSharedMemory(shared).withWorkers(2).withLevel(level);
  }

  /** Saves arrays of random bytes, each of up to {@code most}. */
  private byte[] save(int level, int most) throws IOException {
    arrays(most);
    try (Saver saver = Saver.openLazily(options(level))) {
      saver.save(source, NamedArrays.of(saved));
    }
    return Files.readAllBytes(source);
  }

  private void arrays(int most) {
    Random random = new Random(SEED);
    NamedArrays arrays = NamedArrays.of();
    for (int i = 0; i < ARRAYS; i++) {
      byte[] bytes = new byte[1 + random.nextInt(most)];
      random.nextBytes(bytes);
      arrays.and("array" + i, bytes);
    }
    saved = arrays.asMap();
  }

  private Cli repair(Object... more) {
    List<Object> all = new ArrayList<>(List.of("repair", source, target));
    all.addAll(List.of(more));
    all.addAll(List.of("--shared-memory", shared));
    return Cli.run(all.toArray());
  }

  /** Keys in the target, of which each array must be what was saved. */
  private List<String> found(String context) throws IOException {
    if (!Files.exists(target)) {
      return List.of();
    }
    try (NpzArchive archive = NpzArchive.open(target)) {
      Map<String, NDArray> arrays = archive.arrays(other -> {});
      arrays.forEach((key, array) -> assertTrue(
          saved.containsKey(key) && saved.get(key).contentEquals(array), key + ", " + context));
      return List.copyOf(arrays.keySet());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 6})
  void aLostBlockTakesOnlyWhatItHolds(int level) throws IOException {
    byte[] whole = save(level, 9000);
    Map<String, ArchiveMember> members = Archive.read(source).arrays();
    long lastMember = members.values().stream()
        .mapToLong(member -> member.offset() + member.compressedSize())
        .max()
        .orElseThrow();
    int left = 0;
    for (int block = 0; block < whole.length; block += SECTOR) {
      int end = Math.min(whole.length, block + SECTOR);
      byte[] damaged = whole.clone();
      Arrays.fill(damaged, block, end, (byte) 0);
      Files.write(source, damaged);
      Files.deleteIfExists(target);
      String context = "block at " + block + ", seed " + SEED;
      Cli cli = repair();
      List<String> found = found(context + cli);
      for (ArchiveMember member : members.values()) {
        long last = member.offset() + member.compressedSize();
        // Of a header that is lost in part its name may be, which then contradicts the directory's.
        boolean header = end > member.offset() - 60 && end < member.offset();
        // So may a directory entry's name be, which then contradicts the header's.
        boolean touched = last > block && member.offset() < end || header || end > lastMember;
        assertTrue(touched || found.contains(member.key()), member.key() + ", " + context + cli);
      }
      assertTrue(cli.exit() == 3 || found.size() == ARRAYS && end <= lastMember, context + cli);
      left += found.size();
    }
    assertTrue(left > ARRAYS && left < ARRAYS * (whole.length / SECTOR), left + ", seed " + SEED);
  }

  @ParameterizedTest
  @CsvSource({"0, 777, 0", "0, 0, 100000", "6, 5000, 70000"})
  void foreignBytesAroundTheArchiveDoNoHarm(int level, int before, int after) throws IOException {
    byte[] whole = save(level, 3000);
    byte[] all = new byte[before + whole.length + after];
    new Random(SEED).nextBytes(all);
    // As the end of another archive looks.
    for (int at : new int[] {before - 40, before + whole.length + 9}) {
      if (at >= 0 && at < all.length - 4) {
        System.arraycopy(new byte[] {'P', 'K', 3, 4}, 0, all, at, 4);
      }
    }
    System.arraycopy(whole, 0, all, before, whole.length);
    Files.write(source, all);
    Cli cli = repair();
    assertEquals(List.copyOf(saved.keySet()), found(cli.toString()));
    Files.write(source, Arrays.copyOf(all, before + whole.length / 2));
    Files.delete(target);
    repair().exits(3);
    assertTrue(found("seed " + SEED).size() >= 3, "seed " + SEED);
  }

  @Test
  void ofTwoMembersOfOneNameTheLaterCounts() throws IOException {
    byte[] first = LyingZip.npy((byte) 1);
    byte[] second = LyingZip.npy((byte) 2);
    LyingZip zip = new LyingZip().stored("a.npy", first).stored("b.npy", first);
    zip.stored("a.npy", second).write(source);
    saved = Map.of("a", NDArray.of(new byte[] {2}), "b", NDArray.of(new byte[] {1}));
    Cli twice = repair();
    assertTrue(twice.out().contains("replaced"), twice.out());
    assertEquals(2, ((List<?>) found("").stream().sorted().toList()).size());
    // The later one is cut off: the earlier one is whole, though it is not what was there.
    byte[] bytes = Files.readAllBytes(source);
    Files.write(source, Arrays.copyOf(bytes, zip.end() - 1));
    Files.delete(target);
    saved = Map.of("a", NDArray.of(new byte[] {1}), "b", NDArray.of(new byte[] {1}));
    assertTrue(repair().exits(3).out().contains("cut off"));
    assertEquals(2, found("cut").size());
  }

  /** A copy of the unfinished file as a crash would leave it: what was complete is proved, also when it is deflated. */
  @ParameterizedTest
  @ValueSource(ints = {0, 6})
  void aSaveThatNeverEndedGivesBackWhatItHadDone(int level) throws IOException {
    arrays(1_500_000);
    int[] copies = new int[1];
    try (Saver saver = Saver.open(options(level).withLocalBytes(0))) {
      Saver.await(saver.saveAsync(
          directory.resolve("never.npz"), NamedArrays.of(saved), Format.NPZ, (done, total) -> {
            if (done < total) {
              copies[0]++;
              copyUnfinished();
            }
          }));
    }
    assertTrue(copies[0] > 0, "the save was not seen half done, seed " + SEED);
    Cli cli = repair().exits(3);
    List<String> found = found(cli.toString());
    assertFalse(found.isEmpty(), cli.out());
    assertTrue(level == 0 || !cli.out().contains("unproved"), cli.out());
  }

  private void copyUnfinished() {
    try (Stream<Path> files = Files.list(directory)) {
      Path unfinished =
          files.filter(file -> file.toString().contains("unfinished")).findAny().orElseThrow();
      Files.copy(unfinished, source, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

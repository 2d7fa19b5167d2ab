package io.parallelsaver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.array.NDArray;
import io.parallelsaver.npz.ArchiveMember;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.restore.Proof;
import io.parallelsaver.stored.Format;
import io.parallelsaver.testing.Archive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives that are cut off or damaged give back every array that is whole, and no other. */
class RepairTest {
  private static final Proof.Wanted NOTHING = new Proof.Wanted(false, false);

  @TempDir
  Path directory;

  private static NamedArrays arrays() {
    return NamedArrays.of(TestArrays.doubles(40, 1), new int[] {1, 2, 3})
        .and("labels", TestArrays.doubles(25, 2));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 6})
  void cutAnywhere(int level) throws IOException {
    Map<String, NDArray> saved = arrays().asMap();
    Path whole = directory.resolve("whole.npz");
    Path cut = directory.resolve("cut.npz");
    Path target = directory.resolve("target.npz");
    try (Saver saver = Saver.openLazily(
        SaverOptions.defaults().withSharedMemory(directory).withWorkers(1).withLevel(level))) {
      saver.save(whole, arrays());
      byte[] bytes = Files.readAllBytes(whole);
      Map<String, ArchiveMember> members = Archive.read(whole).arrays();
      for (int length = 1; length < bytes.length; length += 37) {
        Files.write(cut, Arrays.copyOf(bytes, length));
        Files.deleteIfExists(target);
        Repair found = repair(saver, cut, target);
        Set<String> there = new LinkedHashSet<>();
        for (ArchiveMember member : members.values()) {
          if (member.offset() + member.compressedSize() <= length) {
            there.add(member.key());
          }
        }
        assertEquals(there.size(), found.arrays(), "cut at " + length + ": " + found);
        assertEquals(!there.isEmpty(), Files.exists(target), "cut at " + length);
        if (!there.isEmpty()) {
          Map<String, NDArray> back = saver.restore(target);
          assertEquals(there, back.keySet(), "cut at " + length);
          back.forEach((key, array) -> assertArrayEquals(
              saved.get(key).toBytes().array(), array.toBytes().array(), key));
        }
      }
    }
  }

  @Test
  void lostLocalHeaderIsFoundThroughTheDirectory() throws IOException {
    Path file = directory.resolve("damaged.npz");
    Path target = directory.resolve("target.npz");
    try (Saver saver =
        Saver.openLazily(SaverOptions.defaults().withSharedMemory(directory).withWorkers(1))) {
      saver.save(file, arrays());
      byte[] bytes = Files.readAllBytes(file);
      ArchiveMember second = Archive.read(file).arrays().get("arr_1");
      Arrays.fill(bytes, 0, 30, (byte) 0);
      bytes[(int) (second.offset() + second.size() - 1)] ^= 1;
      Files.write(file, bytes);
      Repair found = repair(saver, file, target);
      assertFalse(found.whole());
      assertTrue(found.directoryWhole());
      assertEquals(Set.of("arr_0", "labels"), saver.restore(target).keySet());
    }
  }

  private static Repair repair(Saver saver, Path source, Path target) {
    return Saver.await(saver.repair(source, target, Format.NPZ, NOTHING, ProgressListener.NONE));
  }
}

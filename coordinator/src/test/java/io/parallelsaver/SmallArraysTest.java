package io.parallelsaver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.array.NDArray;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.npz.ArchiveMember;
import io.parallelsaver.npz.Profile;
import io.parallelsaver.output.Durability;
import io.parallelsaver.testing.Archive;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Thousands of small arrays, of several kinds, with larger ones between them: more than a job can sum, and many that share one. */
class SmallArraysTest {
  private static final long SEED = Long.getLong("test.seed", System.nanoTime());
  private static final int COUNT = 9_000;
  private static final int DAMAGED = 4_501;

  @TempDir
  Path directory;

  private static NamedArrays arrays() {
    Random random = new Random(SEED);
    Map<String, Object> arrays = new LinkedHashMap<>();
    for (int i = 0; i < COUNT; i++) {
      String key = (i % 100 == 0 ? "gr\u00f6\u00dfe" : "a") + i;
      int length = i == DAMAGED ? 8 : i % 1000 == 500 ? 400_000 : random.nextInt(40);
      arrays.put(
          key,
          i % 7 == 0
              ? new byte[length]
              : random.doubles(random.nextInt(4) == 0 ? length : 16).toArray());
    }
    return NamedArrays.of(arrays);
  }

  private static SaverOptions options(Profile profile) {
    return SaverOptions.defaults()
        .withWorkers(2)
        .withProfile(profile)
        .withDurability(Durability.NONE);
  }

  @Test
  void workersWriteWhatOneThreadWrites() throws IOException {
    NamedArrays arrays = arrays();
    for (Profile profile : new Profile[] {Profile.ALIGNED, Profile.NUMPY}) {
      Path alone = directory.resolve("alone.npz");
      try (Saver saver = Saver.openLazily(options(profile))) {
        assertTrue(saver.save(alone, arrays).workers().isEmpty());
      }
      Path archive = directory.resolve("archive.npz");
      try (Saver saver = Saver.open(options(profile)).awaitReady()) {
        saver.save(archive, arrays);
        assertEquals(-1, Files.mismatch(alone, archive), profile + ", seed " + SEED);
        assertRestored(arrays, saver.restore(archive));
        try (SharedArrays shared = saver
            .restoreShared(archive, null, (done, total) -> {
              assertTrue(done <= total, done + " of " + total);
            })
            .join()) {
          assertRestored(arrays, shared);
        }
      }
    }
  }

  private static void assertRestored(NamedArrays expected, Map<String, NDArray> found) {
    assertEquals(expected.asMap().size(), found.size());
    expected
        .asMap()
        .forEach((key, array) ->
            assertTrue(array.contentEquals(found.get(key)), key + ", seed " + SEED));
  }

  @Test
  void namesTheOneThatIsDamaged() throws IOException {
    Path archive = directory.resolve("archive.npz");
    try (Saver saver = Saver.open(options(Profile.ALIGNED)).awaitReady()) {
      saver.save(archive, arrays());
      ArchiveMember member = Archive.read(archive).arrays().get("a" + DAMAGED);
      try (FileChannel channel =
          FileChannel.open(archive, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        long at = member.offset() + member.size() - 1;
        ByteBuffer one = ByteBuffer.allocate(1);
        channel.read(one, at);
        channel.write(one.put(0, (byte) ~one.get(0)).flip(), at);
      }
      CorruptException damaged = assertThrows(CorruptException.class, () -> saver.restore(archive));
      assertTrue(damaged.getMessage().contains("'a" + DAMAGED + "'"), damaged.getMessage());
      Verification found = saver.verify(archive, (done, total) -> {}).join();
      assertEquals(Set.of("a" + DAMAGED), found.damaged().keySet());
    }
  }
}

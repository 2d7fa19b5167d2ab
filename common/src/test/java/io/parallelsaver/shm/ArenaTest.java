package io.parallelsaver.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.error.SaverException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArenaTest {
  private static final int SLOT = 8192;

  @TempDir
  Path directory;

  private Arena arena(int slots) {
    return Arena.create(directory.resolve("arena"), slots, SLOT);
  }

  @Test
  void givesEachSlotOnceAndThenNone() {
    try (Arena arena = arena(3)) {
      Set<Integer> taken =
          new HashSet<>(List.of(arena.take(SLOT), arena.take(SLOT), arena.take(SLOT)));
      assertEquals(Set.of(0, 1, 2), taken);
      assertEquals(-1, arena.take(SLOT));
      assertEquals(-1, arena.take(SLOT));
    }
  }

  @Test
  void givesTheSlotThatWasReleasedLast() {
    try (Arena arena = arena(4)) {
      arena.take(SLOT);
      arena.take(SLOT);
      arena.release(0);
      arena.release(1);
      assertEquals(1, arena.take(SLOT));
      assertEquals(0, arena.take(SLOT));
      assertEquals(2, arena.take(SLOT));
      assertEquals(3, arena.take(SLOT));
      assertEquals(-1, arena.take(SLOT));
      arena.release(2);
      assertEquals(2, arena.take(SLOT));
    }
  }

  @Test
  void givesSlotsThatDoNotOverlap() {
    try (Arena arena = arena(3)) {
      assertEquals(3, arena.slots());
      assertEquals(SLOT, arena.slotSize());
      for (int slot = 0; slot < 3; slot++) {
        assertEquals((long) slot * SLOT, arena.offset(slot));
        ByteBuffer bytes = arena.slot(slot);
        assertEquals(SLOT, bytes.remaining());
        while (bytes.hasRemaining()) {
          bytes.put((byte) (slot + 1));
        }
      }
      for (int slot = 0; slot < 3; slot++) {
        ByteBuffer bytes = arena.slot(slot);
        while (bytes.hasRemaining()) {
          assertEquals(slot + 1, bytes.get());
        }
      }
    }
  }

  @Test
  void showsOthersWhatIsInIt() throws IOException {
    try (Arena arena = arena(2)) {
      assertEquals(0, arena.take(SLOT));
      assertEquals(1, arena.take(SLOT));
      arena.slot(1).putLong(8, 0x1122334455667788L);
      MappedByteBuffer attached = Arena.attach(arena.file());
      assertEquals(2 * SLOT, attached.capacity());
      assertEquals(0x1122334455667788L, attached.getLong(SLOT + 8));
      attached.put(3, (byte) 7);
      assertEquals(7, arena.slot(0).get(3));
    }
  }

  @Test
  void takesMemoryOnlyForSlotsThatAreUsed() throws IOException {
    try (Arena arena = arena(256)) {
      long before = blocks(arena.file());
      arena.take(SLOT);
      arena.take(SLOT);
      long used = blocks(arena.file());
      assertTrue(before * 512 < SLOT, "before: " + before + " blocks");
      assertTrue(
          used * 512 >= 2 * SLOT && used * 512 <= 4 * SLOT, "for two slots: " + used + " blocks");
      arena.release(0);
      arena.slot(0).put(5, (byte) 9);
      assertEquals(0, arena.take(SLOT));
      assertEquals(9, arena.slot(0).get(5), "a recycled slot is not written anew");
      assertEquals(used, blocks(arena.file()));
    }
  }

  /** Blocks of 512 bytes the file has on its device, which Java does not tell. */
  private static long blocks(Path file) throws IOException {
    try (io.parallelsaver.testing.ChildProcess stat =
        io.parallelsaver.testing.ChildProcess.start("stat", "-c", "%b", file.toString())) {
      return Long.parseLong(stat.finish().get(0));
    }
  }

  @Test
  void neverGivesOneSlotToTwoThreads()
      throws InterruptedException, ExecutionException, TimeoutException {
    try (Arena arena = arena(4)) {
      Set<Integer> held = ConcurrentHashMap.newKeySet();
      List<FutureTask<Integer>> tasks = IntStream.range(0, 3)
          .mapToObj(i -> new FutureTask<>(() -> takeAndRelease(arena, held)))
          .toList();
      for (FutureTask<Integer> task : tasks) {
        new Thread(task, "taker").start();
      }
      for (FutureTask<Integer> task : tasks) {
        assertEquals(20_000, task.get(30, TimeUnit.SECONDS));
      }
      assertEquals(
          Set.of(0, 1, 2, 3),
          Set.of(arena.take(SLOT), arena.take(SLOT), arena.take(SLOT), arena.take(SLOT)));
    }
  }

  private static int takeAndRelease(Arena arena, Set<Integer> held) {
    int rounds = 0;
    for (; rounds < 20_000; rounds++) {
      int slot = arena.take(SLOT);
      assertTrue(slot >= 0 && held.add(slot), "slot " + slot + " is held by another");
      held.remove(slot);
      arena.release(slot);
    }
    return rounds;
  }

  @Test
  void refusesAFileThatIsThere() throws IOException {
    Path file = Files.writeString(directory.resolve("arena"), "kept");
    SaverException refusal = assertThrows(SaverException.class, () -> arena(1));
    assertTrue(refusal.getMessage().contains(file.toString()), refusal.getMessage());
    assertEquals("kept", Files.readString(file));
  }

  @Test
  void givesTheSlotBackWhenItCannotBeReserved() {
    Arena arena = arena(1);
    arena.close();
    assertThrows(SaverException.class, () -> arena.take(SLOT));
    assertThrows(SaverException.class, () -> arena.take(SLOT), "the slot is free, and fails again");
  }
}

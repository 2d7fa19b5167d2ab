package io.parallelsaver.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.StorageFullException;
import io.parallelsaver.testing.ChildProcess;
import io.parallelsaver.testing.Mounted;
import io.parallelsaver.testing.RequiresMount;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableQueueTest {
  private static final int PAGE = 4096;

  @TempDir
  Path directory;

  private static List<byte[]> read(Path queue) {
    List<byte[]> messages = new ArrayList<>();
    DurableQueue.read(queue, (type, message) -> {
      assertEquals(1, type);
      messages.add(message);
    });
    return messages;
  }

  private static void assertMessages(int count, List<byte[]> found) {
    assertEquals(count, found.size());
    for (int i = 0; i < count; i++) {
      assertArrayEquals(DurableWriter.message(i), found.get(i), "message " + i);
    }
  }

  private Path write(int count) {
    Path queue = directory.resolve("queue");
    try (DurableQueue writing = DurableQueue.create(queue)) {
      for (int i = 0; i < count; i++) {
        writing.append(1, DurableWriter.message(i));
      }
    }
    return queue;
  }

  @Test
  void readsWhatWasWritten() {
    Path queue = write(100);
    assertMessages(100, read(queue));
    assertMessages(100, read(queue));
  }

  @Test
  void goesOnInMoreFiles() throws IOException {
    Path queue = directory.resolve("queue");
    byte[] large = new byte[DurableQueue.MAX_MESSAGE];
    try (DurableQueue writing = DurableQueue.create(queue)) {
      for (int i = 0; i < 60; i++) {
        large[0] = (byte) i;
        writing.write(1, large);
      }
      writing.append(1, new byte[0]);
    }
    assertTrue(files(queue).size() > 3, files(queue).keySet().toString());
    List<byte[]> found = read(queue);
    assertEquals(61, found.size());
    for (int i = 0; i < 60; i++) {
      assertEquals(i, found.get(i)[0]);
    }
  }

  /** What was on the device when the writer said so is there, in order, and at most one more. */
  @Test
  void aKilledWriterLosesNothing() {
    long seed = Long.getLong("durable.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int round = 0; round < 3; round++) {
      Path queue = directory.resolve("queue-" + round);
      int last = -1;
      try (ChildProcess writer = ChildProcess.jvm(DurableWriter.class, queue.toString())) {
        int kill = 1 + random.nextInt(60);
        while (last < kill) {
          last = Integer.parseInt(writer.readLine());
        }
        writer.kill();
        for (String line = writer.readLine(); line != null; line = writer.readLine()) {
          // The pipe of a killed process ends with an error at times.
          last = line.matches("[0-9]+") ? Integer.parseInt(line) : last;
        }
      }
      List<byte[]> found = read(queue);
      assertTrue(
          found.size() == last + 1 || found.size() == last + 2,
          "seed " + seed + ": " + found.size() + " messages after number " + last);
      assertMessages(found.size(), found);
    }
  }

  /** After a power cut each page of a file may be as it was before the last message, or after it. */
  @Test
  void whateverPagesOfTheLastMessageAreThereTheOthersAre() throws IOException {
    long seed = Long.getLong("durable.seed", System.nanoTime());
    Random random = new Random(seed);
    int whole = 0;
    for (int count : List.of(0, 1, 15, 16, 47, 64)) {
      Path queue = directory.resolve("queue-" + count);
      Map<Path, byte[]> before;
      Map<Path, byte[]> after;
      try (DurableQueue writing = DurableQueue.create(queue)) {
        // The first message makes the file, which has its name when all of it is there.
        for (int i = 0; i <= count; i++) {
          writing.append(1, DurableWriter.message(i));
        }
        before = files(queue);
        writing.append(1, DurableWriter.message(count + 1));
        after = files(queue);
      }
      for (int round = 0; round < 12; round++) {
        Path cut = Files.createDirectory(directory.resolve("cut-" + count + "-" + round));
        for (Path file : after.keySet()) {
          byte[] mixed = after.get(file).clone();
          byte[] old = Arrays.copyOf(before.get(file), mixed.length);
          for (int at = 0; at < mixed.length; at += PAGE) {
            if (random.nextBoolean()) {
              System.arraycopy(old, at, mixed, at, Math.min(PAGE, mixed.length - at));
            }
          }
          Files.write(cut.resolve(file.getFileName()), mixed);
        }
        List<byte[]> found = read(cut);
        whole += found.size() - (count + 1);
        assertTrue(found.size() >= count + 1, "seed " + seed + ": " + found.size());
        assertMessages(found.size(), found);
      }
    }
    assertTrue(whole > 0 && whole < 72, "seed " + seed + ": the last message was there " + whole);
  }

  private static Map<Path, byte[]> files(Path queue) throws IOException {
    Map<Path, byte[]> files = new LinkedHashMap<>();
    try (Stream<Path> all = Files.list(queue)) {
      for (Path file : (Iterable<Path>) all::iterator) {
        files.put(file, Files.readAllBytes(file));
      }
    }
    return files;
  }

  @Test
  void damageBeforeTheLastMessageIsFound() throws IOException {
    Path queue = write(20);
    damage(queue, 7);
    CorruptException found = assertThrows(CorruptException.class, () -> read(queue));
    assertTrue(found.getMessage().contains("message 7 of the queue in " + queue), found.toString());
  }

  @Test
  void aDamagedLastMessageWasNeverAnswered() throws IOException {
    Path queue = write(20);
    damage(queue, 19);
    assertMessages(19, read(queue));
  }

  private static void damage(Path queue, int number) throws IOException {
    String text = new String(DurableWriter.message(number), StandardCharsets.US_ASCII);
    for (Map.Entry<Path, byte[]> file : files(queue).entrySet()) {
      int at = new String(file.getValue(), StandardCharsets.ISO_8859_1).indexOf(text);
      if (at >= 0) {
        file.getValue()[at + text.length() - 1] ^= 4;
        Files.write(file.getKey(), file.getValue());
        return;
      }
    }
    throw new AssertionError("no message " + number);
  }

  @Test
  @RequiresMount
  void aFullDiskIsSaidSo() throws Exception {
    try (Mounted disk = Mounted.tmpfs(directory.resolve("disk"), 100 * PAGE)) {
      Path path = disk.path().resolve("queue");
      try (DurableQueue queue = DurableQueue.create(path)) {
        int[] count = {0};
        StorageFullException full = assertThrows(StorageFullException.class, () -> {
          for (; ; count[0]++) {
            queue.append(1, DurableWriter.message(count[0]));
          }
        });
        assertTrue(full.getMessage().contains("no room for the queue in " + path), full.toString());
        assertTrue(count[0] > 20, "messages: " + count[0]);
        assertMessages(count[0], read(path));
      }
    }
  }
}

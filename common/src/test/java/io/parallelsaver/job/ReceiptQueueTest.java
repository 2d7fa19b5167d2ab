package io.parallelsaver.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.error.SaverException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReceiptQueueTest {
  @TempDir
  Path directory;

  private static Receipt receipt(int number, String error) {
    return new Receipt(
        9,
        number,
        1,
        2,
        3,
        error.isEmpty() ? Receipt.Outcome.DONE : Receipt.Outcome.FULL,
        error,
        new int[] {number, -number});
  }

  private long files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".cq4")).count();
    }
  }

  @Test
  void handsReceiptsOverInOrder() {
    try (ReceiptSender sender = new ReceiptSender(directory);
        ReceiptReceiver receiver = new ReceiptReceiver(directory)) {
      assertNull(receiver.poll());
      sender.send(receipt(1, ""));
      sender.send(receipt(2, "no space"));
      Receipt first = receiver.poll();
      assertEquals(Receipt.Outcome.DONE, first.outcome());
      assertArrayEquals(new int[] {1, -1}, first.crcs());
      Receipt second = receiver.poll();
      assertEquals("no space", second.error());
      assertEquals(Receipt.Outcome.FULL, second.outcome());
      assertNull(receiver.poll());
    }
  }

  @Test
  void isReadFromItsBeginningByAReceiverThatOpensLater() {
    try (ReceiptSender sender = new ReceiptSender(directory)) {
      sender.send(receipt(1, ""));
      try (ReceiptReceiver receiver = new ReceiptReceiver(directory)) {
        assertEquals(1, receiver.poll().number());
      }
    }
  }

  /** Wherever it is: before the first one, in a file's midst, where one file ends and the next begins. */
  @Test
  void isReadOnByAReceiverThatOpensItAnew() {
    String error = "x".repeat(4096);
    try (ReceiptSender sender = new ReceiptSender(directory);
        ReceiptReceiver receiver = new ReceiptReceiver(directory)) {
      for (int number = 0; number < 3000; number++) {
        sender.send(receipt(number, error));
        if (number < 3 || number % 100 == 0 || number > 900 && number < 1030) {
          receiver.reopen();
        }
        assertEquals(number, receiver.poll().number());
      }
      assertThrows(SaverException.class, receiver::reopen, "there is none to read on from");
    }
  }

  @Test
  void staysSmallWhileItIsRead() throws IOException {
    String error = "x".repeat(4096);
    try (ReceiptSender sender = new ReceiptSender(directory);
        ReceiptReceiver receiver = new ReceiptReceiver(directory)) {
      long most = 0;
      for (int number = 0; number < 6000; number++) {
        sender.send(receipt(number, error));
        assertEquals(number, receiver.poll().number());
        if (number % 100 == 0) {
          most = Math.max(most, files());
        }
      }
      assertTrue(most <= 2, most + " files at once");
      assertEquals(1, files());
    }
  }

  @Test
  void keepsWhatIsNotReadYet() throws IOException {
    String error = "x".repeat(4096);
    try (ReceiptSender sender = new ReceiptSender(directory);
        ReceiptReceiver receiver = new ReceiptReceiver(directory)) {
      for (int number = 0; number < 4000; number++) {
        sender.send(receipt(number, error));
      }
      assertTrue(files() > 2);
      for (int number = 0; number < 4000; number++) {
        assertEquals(number, receiver.poll().number());
      }
      assertNull(receiver.poll());
      assertEquals(1, files());
    }
  }

  /** A writer that is killed between the name of a file and its header: Chronicle Queue would wait for the header, for long. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void doesNotWaitForAFileThatADeadWriterHasOnlyNamed(int sent) throws IOException {
    try (ReceiptSender sender = new ReceiptSender(directory);
        ReceiptReceiver receiver = new ReceiptReceiver(directory)) {
      for (int number = 0; number < sent; number++) {
        sender.send(receipt(number, ""));
        assertEquals(number, receiver.poll().number());
      }
      Files.write(directory.resolve("1970010" + (2 + sent) + "F.cq4"), new byte[64 << 10]);
      receiver.writerDied();
      assertTimeout(Duration.ofSeconds(10), () -> assertNull(receiver.poll()));
      assertEquals(sent, files());
    }
  }

  @Test
  void keepsWhatADeadWriterHasSent() {
    try (ReceiptSender sender = new ReceiptSender(directory);
        ReceiptReceiver receiver = new ReceiptReceiver(directory)) {
      sender.send(receipt(1, ""));
      receiver.writerDied();
      assertEquals(1, receiver.poll().number());
      assertNull(receiver.poll());
    }
  }
}

package io.parallelsaver.shm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.StorageFullException;
import io.parallelsaver.shm.StatusReading.Call;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunStatusTest {
  private static final int READS = 20_000;

  @TempDir
  Path directory;

  private Path file;
  private RunStatus status;

  @BeforeEach
  void create() {
    file = directory.resolve("status");
    status = RunStatus.create(file, 6);
  }

  private StatusReading read() throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return StatusReading.read(channel);
    }
  }

  /** Writes a number over what is there. */
  private void put(int offset, int value) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, value), offset);
    }
  }

  @Test
  void beginsWithNothing() throws IOException {
    Instant before = Instant.ofEpochMilli(System.currentTimeMillis() - 60_000);
    StatusReading seen = read();
    assertTrue(seen.began().isAfter(before) && !seen.seen().isBefore(seen.began()), "" + seen);
    assertEquals(Optional.empty(), seen.call());
    assertEquals(6, seen.arenaSlots());
    assertEquals(0, seen.counters().jobCount() + seen.counters().done() + seen.jobsOut());
    assertEquals("", seen.lastError());
  }

  @Test
  void tellsOfACallFromItsBeginningToItsEnd() throws IOException {
    status.callBegan(CallKind.SAVE, Path.of("/data/größe.npz"));
    status.arrays(0, 9);
    status.bytes(100, 1000);
    status.arrays(1, 9);
    status.look(5, 3);
    status.jobDone(1_500_000);
    StatusReading seen = read();
    Call call = seen.call().orElseThrow();
    assertEquals(
        new Call(
            CallKind.SAVE, "/data/größe.npz", true, call.began(), Instant.EPOCH, 100, 1000, 1, 9),
        call);
    assertEquals(5, seen.jobsOut());
    assertEquals(3, seen.arenaSlotsUsed());
    assertEquals(100, seen.counters().bytesWritten());
    assertEquals(0, seen.counters().bytesRead());
    assertEquals(1_500_000, seen.counters().jobNanos());
    assertEquals(1, seen.counters().jobs()[1]);

    status.bytes(1000, 1000);
    status.callEnded();
    Call ended = read().call().orElseThrow();
    assertFalse(ended.underWay());
    assertEquals(9, ended.arraysDone());
    assertFalse(ended.ended().isBefore(ended.began()));
    assertEquals(1, read().counters().callsDone()[CallKind.SAVE.ordinal()]);
    assertEquals(1000, read().counters().bytesWritten());
  }

  @Test
  void countsBytesByWhatTheCallIsAbout() throws IOException {
    for (CallKind kind : CallKind.values()) {
      status.callBegan(kind, Path.of("/x"));
      status.bytes(7, 10);
      status.bytes(10, 10);
      // A second pass over the same source begins anew.
      status.bytes(4, 10);
      status.callEnded();
    }
    assertEquals(3 * 14, read().counters().bytesWritten());
    assertEquals(4 * 14, read().counters().bytesRead());
    assertArrayEquals(new long[] {1, 1, 1, 1, 1, 1, 1}, read().counters().callsDone());
  }

  @Test
  void countsFailuresByKindAndKeepsTheLast() throws IOException {
    status.callBegan(CallKind.VERIFY, Path.of("/x"));
    status.callFailed(new CorruptException("array 'a': damaged"));
    status.callBegan(CallKind.SAVE, Path.of("/x"));
    status.callFailed(new StorageFullException("no space on /data"));
    status.callBegan(CallKind.SAVE, Path.of("/x"));
    status.callFailed(new IllegalStateException("a mistake of ours"));
    StatusReading seen = read();
    assertEquals("java.lang.IllegalStateException: a mistake of ours", seen.lastError());
    assertFalse(seen.lastErrorAt().isBefore(seen.began()));
    assertEquals(2, seen.counters().callsFailed()[CallKind.SAVE.ordinal()]);
    assertEquals(1, seen.counters().callsFailed()[CallKind.VERIFY.ordinal()]);
    assertArrayEquals(new long[] {0, 1, 1, 0, 1}, seen.counters().errors());
    assertEquals(0, seen.counters().done());
    assertEquals(3, seen.counters().failed());
  }

  @Test
  void cutsOffTextsThatHaveNoRoom() throws IOException {
    String name = "/" + "ü".repeat(5000);
    status.callBegan(CallKind.RESTORE, Path.of("/" + name));
    status.callFailed(new IllegalStateException(name));
    StatusReading seen = read();
    assertTrue(name.startsWith(seen.call().orElseThrow().target().substring(0, 800)));
    assertTrue(seen.lastError().length() > 800, seen.lastError());
    assertEquals(1, seen.counters().callsFailed()[CallKind.RESTORE.ordinal()]);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1000000, 0",
    "1000001, 1",
    "2000000, 1",
    "2000001, 2",
    "4000000, 2",
    "1000000000, 10",
    "1024000000, 10",
    "1024000001, 11",
    "262144000000, 18",
    "262144000001, 19",
    "9223372036854775807, 19"
  })
  void sortsJobsByTheirTime(long nanos, int bin) {
    assertEquals(bin, RunStatus.bin(nanos));
    assertTrue(nanos / 1e9 <= Counters.jobSeconds(bin));
    assertTrue(bin == 0 || nanos / 1e9 > Counters.jobSeconds(bin - 1));
  }

  /** Two calls that differ in all they have are begun in turn; none is seen with anything of the other. */
  @Test
  void isNeverSeenHalfWritten() throws Exception {
    Path one = Path.of("/" + "a".repeat(1500));
    Path other = Path.of("/" + "b".repeat(1500));
    status.callBegan(CallKind.SAVE, one);
    AtomicBoolean ended = new AtomicBoolean();
    CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
      while (!ended.get()) {
        // As in life: it does something else in between.
        status.callBegan(CallKind.RESTORE, other);
        LockSupport.parkNanos(1000);
        status.callBegan(CallKind.SAVE, one);
        LockSupport.parkNanos(1000);
      }
    });
    int seenOther = 0;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      for (int i = 0; i < READS; i++) {
        Call call = StatusReading.read(channel).call().orElseThrow();
        Path expected = call.kind() == CallKind.SAVE ? one : other;
        assertTrue(expected.toString().equals(call.target()), "half of one, half of the other");
        seenOther += call.kind() == CallKind.SAVE ? 0 : 1;
      }
    } finally {
      ended.set(true);
      writer.get();
    }
    assertTrue(seenOther > 0, "the writer has not run beside the reader");
  }

  @Test
  void canBeReadWhenTheWriterDiedInTheMiddle() throws IOException {
    status.callBegan(CallKind.CONVERT, Path.of("/data/out.npz"));
    put(0, 12_345);
    assertEquals("/data/out.npz", read().call().orElseThrow().target());
  }

  @Test
  void refusesWhatItDoesNotKnow() throws IOException {
    put(4, 2);
    assertTrue(assertThrows(IOException.class, this::read).getMessage().contains("layout 2"));
    put(4, 1);
    status.callBegan(CallKind.SAVE, Path.of("/x"));
    put(32, 99);
    assertTrue(assertThrows(IOException.class, this::read).getMessage().contains("kind 99"));
    put(32, 0);
    // Lengths beyond the end are no lengths.
    put(RunStatus.PATH, Integer.MAX_VALUE);
    put(RunStatus.ERROR, -5);
    assertEquals("", read().lastError());
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(100);
    }
    assertTrue(assertThrows(IOException.class, this::read).getMessage().contains("cut off"));
  }
}

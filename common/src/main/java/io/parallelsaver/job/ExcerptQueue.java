package io.parallelsaver.job;

import io.parallelsaver.error.SaverException;
import io.parallelsaver.shm.PrivateFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.core.io.IORuntimeException;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;

/**
 * A Chronicle Queue of small messages with one writer, any number of readers, and a word in each excerpt that processes race for.
 *
 * <pre>
 * excerpt: padding to a multiple of 4 | i32 claim, 0 at first | i32 type | i32 length | payload
 * </pre>
 *
 * <p>Its clock does not tell the time but counts files: the writer turns it on when a file has grown, so that files that are done can
 * be deleted and a queue that lives for weeks stays small.
 */
final class ExcerptQueue implements AutoCloseable {
  /** The largest payload; Chronicle wants a message to fit into a quarter of a block. */
  static final int MAX_PAYLOAD = 200_000;

  private static final int BLOCK = 1 << 20;

  /** Arrays of the index that take a page each, and point to more messages than a file can hold. */
  private static final int INDEX_COUNT = 512;

  private static final int INDEX_SPACING = 16;
  private static final int ROLL_AFTER = 4 << 20;
  private static final int CLAIM_AT = 0;
  private static final int TYPE_AT = 4;
  private static final int LENGTH_AT = 8;
  private static final int HEADER = 12;
  private static final long DAY_MILLIS = 86_400_000L;
  private static final String FILE_SUFFIX = ".cq4";

  /** What the roll cycle adds to a date. */
  private static final String DAILY = "F";

  /** Sees a message where it lies. */
  interface Reader<T> {
    /**
     * @param claim compares the excerpt's claim word with 0 and sets it
     */
    T read(int type, ByteBuffer payload, Claim claim);
  }

  /** The race for one excerpt. */
  interface Claim {
    /** True for one caller among all processes, ever. */
    boolean win(int holder);

    /** Who has won, or 0. */
    int holder();
  }

  private final Path directory;
  private final QueueSpace space;
  private final SingleChronicleQueue queue;
  private ExcerptAppender appender;
  private ExcerptTailer tailer;
  private ExcerptTailer looker;
  private volatile long clock = DAY_MILLIS;
  private volatile Path file;
  private long written;

  /** Where in the file the last message ends. */
  private long position;

  static {
    System.setProperty("chronicle.analytics.disable", "true");
    System.setProperty("chronicle.disk.monitor.disable", "true");
  }

  ExcerptQueue(Path directory) {
    this.directory = directory;
    this.file = fileOfNow();
    try {
      this.space = new QueueSpace(directory);
    } catch (IOException e) {
      throw new SaverException("cannot make the queue in " + directory + ": " + e, e);
    }
    try {
      this.queue = SingleChronicleQueueBuilder.binary(directory.toFile())
          .blockSize(BLOCK)
          .indexCount(INDEX_COUNT)
          .indexSpacing(INDEX_SPACING)
          .rollCycle(RollCycles.FAST_DAILY)
          .timeProvider(() -> clock)
          .build();
    } catch (IllegalStateException | IORuntimeException | UncheckedIOException e) {
      throw failure(e);
    }
    protect();
  }

  /** Chronicle Queue has an exception of its own for each way a file fails. */
  private SaverException failure(RuntimeException e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return new SaverException("cannot use the queue in " + directory + ": " + cause, e);
  }

  /** The queue makes its files as open as the umask lets it; what closes them first is the run directory around them. */
  private void protect() {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        PrivateFile.protect(file);
      }
    } catch (NoSuchFileException e) {
      // A reader has deleted a file that it is done with.
    } catch (IOException | DirectoryIteratorException e) {
      throw new SaverException("cannot protect the queue in " + directory + ": " + e, e);
    }
  }

  /** Appends a message and returns its index. Only the queue's one writer may. */
  long append(int type, ByteBuffer payload) {
    if (payload.remaining() > MAX_PAYLOAD) {
      throw new IllegalArgumentException(
          "message of " + payload.remaining() + " bytes is larger than " + MAX_PAYLOAD);
    }
    try {
      return write(type, payload);
    } catch (IllegalStateException | IORuntimeException | UncheckedIOException e) {
      throw failure(e);
    }
  }

  private long write(int type, ByteBuffer payload) {
    boolean fresh = appender == null || written > ROLL_AFTER;
    if (appender == null) {
      appender = queue.createAppender();
      appender.singleThreadedCheckDisabled(true);
    }
    if (written > ROLL_AFTER) {
      clock += DAY_MILLIS;
      file = fileOfNow();
      written = 0;
      position = 0;
    }
    written += HEADER + payload.remaining();
    makeRoom(payload.remaining());
    try (DocumentContext document = appender.writingDocument()) {
      Bytes<?> bytes = document.wire().bytes();
      bytes.writeSkip(-bytes.writePosition() & 3);
      bytes.writeInt(0).writeInt(type).writeInt(payload.remaining());
      bytes.write(payload.array(), payload.arrayOffset() + payload.position(), payload.remaining());
      position = bytes.writePosition();
    }
    if (fresh) {
      protect();
    }
    return appender.lastIndexAppended();
  }

  /** The file that the last message went to, or the first will go to. */
  Path file() {
    return file;
  }

  private Path fileOfNow() {
    String date = DateTimeFormatter.BASIC_ISO_DATE.format(LocalDate.ofEpochDay(clock / DAY_MILLIS));
    return directory.resolve(date + DAILY + FILE_SUFFIX);
  }

  private void makeRoom(int length) {
    try {
      space.ensure(file, position, length);
    } catch (IOException e) {
      throw new SaverException("cannot write to the queue file " + file + ": " + e, e);
    }
  }

  /** Shows the next message to {@code reader}, or returns null when there is none yet. */
  <T> T poll(Reader<T> reader) {
    try {
      return next(reader);
    } catch (IllegalStateException | IORuntimeException | UncheckedIOException e) {
      throw failure(e);
    }
  }

  private <T> T next(Reader<T> reader) {
    openTailer();
    try (DocumentContext document = tailer.readingDocument()) {
      return document.isPresent() ? show(document, reader) : null;
    }
  }

  private void openTailer() {
    if (tailer == null) {
      tailer = queue.createTailer();
      tailer.singleThreadedCheckDisabled(true);
    }
  }

  /** Index of the message that is read next; 0 if none has been read. */
  long readIndex() {
    return tailer == null ? 0 : tailer.index();
  }

  /**
   * Reads on from a message that must be there.
   *
   * @param index as {@link #readIndex}
   */
  void readFrom(long index) {
    openTailer();
    if (index == 0 || tailer.moveToIndex(index)) {
      return;
    }
    // It is the first of the next file, if all of this one's are read.
    if (!tailer.moveToIndex(queue.rollCycle().toIndex(cycle(index) + 1, 0))) {
      throw new SaverException("a message is missing in the queue in " + directory
          + ": there is none at index " + Long.toHexString(index));
    }
  }

  /** Says that the queue's one writer is dead, so that no reader waits for what it has only begun. */
  void writerDied() {
    try {
      QueueSpace.removeUnbegun(directory);
    } catch (IOException | DirectoryIteratorException e) {
      throw new SaverException("cannot read the queue in " + directory + ": " + e, e);
    }
  }

  /** Shows the message at an index again. */
  <T> T at(long index, Reader<T> reader) {
    if (looker == null) {
      looker = queue.createTailer();
      looker.singleThreadedCheckDisabled(true);
    }
    if (!looker.moveToIndex(index)) {
      throw new IllegalStateException(
          "no message at index " + Long.toHexString(index) + " of " + directory);
    }
    try (DocumentContext document = looker.readingDocument()) {
      return show(document, reader);
    }
  }

  /** What the claim word of the message at {@code index} holds. */
  int holder(long index) {
    return at(index, (type, payload, claim) -> claim.holder());
  }

  private static <T> T show(DocumentContext document, Reader<T> reader) {
    Bytes<?> bytes = document.wire().bytes();
    bytes.readSkip(-bytes.readPosition() & 3);
    long start = bytes.readPosition();
    int length = bytes.readInt(start + LENGTH_AT);
    if (length < 0 || length > bytes.readRemaining() - HEADER) {
      throw new IllegalStateException(
          "message of " + bytes.readRemaining() + " bytes states a length of " + length);
    }
    byte[] payload = new byte[length];
    bytes.read(start + HEADER, payload, 0, length);
    return reader.read(
        bytes.readInt(start + TYPE_AT),
        ByteBuffer.wrap(payload),
        new Word(bytes, start + CLAIM_AT));
  }

  private record Word(Bytes<?> bytes, long at) implements Claim {
    @Override
    public boolean win(int holder) {
      return bytes.compareAndSwapInt(at, 0, holder);
    }

    @Override
    public int holder() {
      return bytes.readVolatileInt(at);
    }
  }

  /** The file, counted from 1, that an index lies in. */
  int cycle(long index) {
    return queue.rollCycle().toCycle(index);
  }

  /** The file that the next message is read from. */
  int readCycle() {
    return tailer == null ? 0 : tailer.cycle();
  }

  /** Deletes the files before {@code cycle}. Nobody may need a message in them any more. */
  void deleteBefore(int cycle) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + FILE_SUFFIX)) {
      for (Path file : files) {
        if (cycle(file) < cycle) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The queue names its files by the date that its clock shows. */
  private static int cycle(Path file) {
    String date = file.getFileName().toString().substring(0, 8);
    return Math.toIntExact(
        LocalDate.parse(date, DateTimeFormatter.BASIC_ISO_DATE).toEpochDay());
  }

  @Override
  public void close() {
    queue.close();
  }
}

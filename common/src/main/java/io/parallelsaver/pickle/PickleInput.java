package io.parallelsaver.pickle;

import io.parallelsaver.array.PythonText;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.InputException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Reads a pickle's opcodes and operands through a small window; runs of bytes are stepped over. Counts the work done: whatever a
 * pickle says, it is refused before it has cost more than {@link #BUDGET}.
 */
final class PickleInput {
  /** What one pickle may cost, in bytes: an opcode counts 32, a string that is read 32 and its length, a dtype what its text would take. */
  static final long BUDGET = 1 << 22;

  /** Longest string that is read. */
  static final int MAX_TEXT = 1 << 16;

  /** Longest part of a message that may hold a string of the file. */
  private static final int MAX_MESSAGE = 300;

  private static final int OPCODE_COST = 32;
  private static final int WINDOW = 1 << 12;

  private final Path file;
  private final FileChannel channel;
  private final long size;
  private final ByteBuffer window =
      ByteBuffer.allocate(WINDOW).order(ByteOrder.LITTLE_ENDIAN).limit(0);
  private long windowEnd;
  private long budget = BUDGET;
  private long opcodeAt;
  private String opcode = "start";

  PickleInput(Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    this.size = channel.size();
  }

  Path file() {
    return file;
  }

  /** Offset of the next byte. */
  long position() {
    return windowEnd - window.remaining();
  }

  long size() {
    return size;
  }

  Opcode opcode() throws IOException {
    opcodeAt = position();
    opcode = "opcode expected";
    int code = uint8();
    Opcode found = Opcode.of(code);
    if (found == null) {
      throw corrupt("0x" + Integer.toHexString(code) + " is no opcode");
    }
    opcode = found.name();
    spend(OPCODE_COST);
    return found;
  }

  /** Counts {@code cost} against the budget. */
  void spend(long cost) {
    budget -= cost;
    if (budget < 0) {
      throw refused("the pickle is more intricate than any array or dtype needs to be");
    }
  }

  private ByteBuffer need(int count) throws IOException {
    if (window.remaining() < count) {
      window.compact();
      int space = (int) Math.min(window.remaining(), size - windowEnd);
      window.limit(window.position() + Math.max(0, space));
      windowEnd += fill(window, windowEnd);
      window.flip();
      if (window.remaining() < count) {
        throw corrupt("the file is cut off");
      }
    }
    return window;
  }

  /** Reads until the buffer is full or the file ends. */
  private int fill(ByteBuffer target, long from) throws IOException {
    int start = target.position();
    while (target.hasRemaining() && channel.read(target, from + target.position() - start) >= 0) {
      continue;
    }
    return target.position() - start;
  }

  int uint8() throws IOException {
    return need(1).get() & 0xFF;
  }

  int uint16() throws IOException {
    return need(2).getShort() & 0xFFFF;
  }

  int int32() throws IOException {
    return need(4).getInt();
  }

  long uint32() throws IOException {
    return int32() & 0xFFFFFFFFL;
  }

  long int64() throws IOException {
    return need(8).getLong();
  }

  /** The integer of LONG1: a length, then two's complement in little endian. */
  long long1() throws IOException {
    byte[] digits = new byte[uint8()];
    ByteBuffer in = need(digits.length);
    for (int i = digits.length - 1; i >= 0; i--) {
      digits[i] = in.get();
    }
    if (digits.length > 8) {
      throw corrupt("an integer of " + digits.length + " bytes is outside 64 bits");
    }
    return digits.length == 0 ? 0 : new BigInteger(digits).longValue();
  }

  /** The rest of a line of ASCII, its end stepped over. */
  String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = uint8(); next != '\n'; next = uint8()) {
      if (line.length() == Global.MAX_NAME) {
        throw refused("it names " + PythonText.quote(line + "...") + ", which no array needs");
      }
      line.append((char) next);
    }
    return line.toString();
  }

  /** Steps over {@code length} bytes. */
  Run run(Run.Form form, long length) {
    long at = position();
    if (length < 0 || length > size - at) {
      throw corrupt("a run of " + Long.toUnsignedString(length) + " bytes begins at byte " + at
          + ", but the file ends at " + size + "; it is cut off");
    }
    int inside = (int) Math.min(length, window.remaining());
    window.position(window.position() + inside);
    windowEnd += length - inside;
    return new Run(form, at, length);
  }

  /** The bytes of a short run, as they stand in the file. */
  byte[] bytes(Run run, int limit) throws IOException {
    if (run.length() > limit) {
      throw refused("a run of " + run.length() + " bytes where at most " + limit + " can be meant");
    }
    spend(OPCODE_COST + run.length());
    ByteBuffer out = ByteBuffer.allocate((int) run.length());
    if (fill(out, run.offset()) < run.length()) {
      throw corrupt("the file is cut off");
    }
    return out.array();
  }

  String text(Run run) throws IOException {
    return text(run, MAX_TEXT);
  }

  String text(Run run, int limit) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(bytes(run, limit));
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw corrupt("the string at byte " + run.offset() + " is not UTF-8");
    }
  }

  /** The bytes are not a pickle as Python writes it. */
  CorruptException corrupt(String what) {
    return new CorruptException(message(what));
  }

  /** A pickle that is well-formed as far as it goes, but not read here. */
  InputException refused(String what) {
    return new InputException(message(what));
  }

  private String message(String what) {
    String brief = what.length() > MAX_MESSAGE ? what.substring(0, MAX_MESSAGE) + "..." : what;
    return file + ": " + brief + " (" + opcode + " at byte " + opcodeAt + " of " + size + ")";
  }
}

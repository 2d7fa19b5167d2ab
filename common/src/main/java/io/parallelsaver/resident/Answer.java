package io.parallelsaver.resident;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;

/**
 * What a resident worker says to a coordinator: at first whether it would come, at the end why it goes. When the stream ends, the kernel has
 * closed the worker's files or the worker itself has: either way it will not touch a byte of the run again.
 *
 * <pre>
 * u8 kind  i64 pid  u16 length, text (modified UTF-8)
 * </pre>
 *
 * @param kind what it says
 * @param pid process id of the worker
 * @param text why; empty unless something is wrong
 */
public record Answer(Kind kind, long pid, String text) {
  private static final int LONGEST = 4000;

  /** What a worker can say. */
  public enum Kind {
    /** It comes as soon as it is invited. */
    WILLING,
    /** It never will. */
    REFUSED,
    /** It goes, between two jobs: it holds none. */
    LEAVING,
    /** It goes, since something is wrong. */
    FAILED,
    /** It goes, since shared memory has no room for its queue. */
    FULL
  }

  void write(DataOutputStream out) throws IOException {
    out.writeByte(kind.ordinal());
    out.writeLong(pid);
    out.writeUTF(text.substring(0, Math.min(LONGEST, text.length())));
  }

  /** Reads one, or null if the stream has ended. */
  static Answer read(DataInputStream in) throws IOException {
    int kind = in.read();
    if (kind < 0) {
      return null;
    }
    if (kind >= Kind.values().length) {
      throw new IOException("expected a worker's answer, found " + kind);
    }
    try {
      return new Answer(Kind.values()[kind], in.readLong(), in.readUTF());
    } catch (EOFException e) {
      return null;
    }
  }
}

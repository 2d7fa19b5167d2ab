package io.parallelsaver.resident;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * What a coordinator says first to a resident worker: who it is. The worker touches nothing of the run before it has answered and was
 * invited, so one that answers too late can be left standing.
 *
 * <pre>
 * i32 "PSVR"  i32 layout of the run directory
 * </pre>
 */
public record Greeting() {
  private static final int MAGIC = 0x50535652;

  /** Rises with each change of what coordinators and workers share: jobs, receipts, plans, the worker table, these messages. */
  private static final int LAYOUT = 3;

  void write(DataOutputStream out) throws IOException {
    out.writeInt(MAGIC);
    out.writeInt(LAYOUT);
  }

  /**
   * Reads one.
   *
   * @throws RefusalException if it was sent by another program, or another version of this one
   */
  static void read(DataInputStream in) throws IOException, RefusalException {
    int magic = in.readInt();
    if (magic != MAGIC) {
      throw new RefusalException(
          "this is a worker of parallel-saver; what was said to it begins with 0x"
              + Integer.toHexString(magic) + ", expected 0x" + Integer.toHexString(MAGIC));
    }
    int layout = in.readInt();
    if (layout != LAYOUT) {
      throw new RefusalException(
          "the coordinator's version of parallel-saver lays its files out as " + layout
              + ", the worker's as " + LAYOUT + "; restart whichever is older");
    }
  }
}

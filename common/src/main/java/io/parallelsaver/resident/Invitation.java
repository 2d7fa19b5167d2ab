package io.parallelsaver.resident;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What a coordinator says first to a resident worker: come and work for my run. Behind it each byte wakes the worker; the end of the stream
 * means that the coordinator is gone.
 *
 * <pre>
 * i32 "PSVR"  i32 layout of the run directory  i32 seat  i32 id  u16 length, path of the run directory (modified UTF-8)
 * </pre>
 *
 * @param run run directory of the coordinator
 * @param seat row of the worker table that is the worker's
 * @param id the worker's id in that run
 */
public record Invitation(Path run, int seat, int id) {
  private static final int MAGIC = 0x50535652;

  /** Rises with each change of what coordinators and workers share: jobs, receipts, plans, the worker table. */
  private static final int LAYOUT = 1;

  void write(DataOutputStream out) throws IOException {
    out.writeInt(MAGIC);
    out.writeInt(LAYOUT);
    out.writeInt(seat);
    out.writeInt(id);
    out.writeUTF(run.toString());
  }

  /**
   * Reads one.
   *
   * @throws RefusalException if it was sent by another program, or another version of this one
   */
  static Invitation read(DataInputStream in) throws IOException, RefusalException {
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
    return new Invitation(null, in.readInt(), in.readInt()).at(in.readUTF());
  }

  private Invitation at(String path) throws RefusalException {
    if (!path.startsWith("/") || path.indexOf(0) >= 0) {
      throw new RefusalException(
          "expected the absolute path of a run directory, found '" + path + "'");
    }
    return new Invitation(Path.of(path), seat, id);
  }
}

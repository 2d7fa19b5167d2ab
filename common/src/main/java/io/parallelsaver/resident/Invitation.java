package io.parallelsaver.resident;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What a coordinator says to a resident worker that is willing: come and work for my run. Behind it each byte wakes the worker; the end of
 * the stream means that the coordinator is gone.
 *
 * <pre>
 * i32 seat  i32 id  u16 length, path of the run directory (modified UTF-8)
 * </pre>
 *
 * @param run run directory of the coordinator
 * @param seat row of the worker table that is the worker's
 * @param id the worker's id in that run
 */
public record Invitation(Path run, int seat, int id) {
  void write(DataOutputStream out) throws IOException {
    out.writeInt(seat);
    out.writeInt(id);
    out.writeUTF(run.toString());
  }

  /**
   * Reads one.
   *
   * @throws RefusalException if it names no absolute path
   */
  static Invitation read(DataInputStream in) throws IOException, RefusalException {
    int seat = in.readInt();
    int id = in.readInt();
    String path = in.readUTF();
    if (!path.startsWith("/") || path.indexOf(0) >= 0) {
      throw new RefusalException(
          "expected the absolute path of a run directory, found '" + path + "'");
    }
    return new Invitation(Path.of(path), seat, id);
  }
}

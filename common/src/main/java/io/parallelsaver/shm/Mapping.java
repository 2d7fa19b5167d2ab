package io.parallelsaver.shm;

import java.nio.ByteBuffer;
import net.openhft.chronicle.core.io.IOTools;

/** The end of mappings and of memory outside the heap, where waiting for the garbage collector would keep them for hours. */
public final class Mapping {
  private Mapping() {}

  /**
   * Gives it back. Nobody may ever look at the buffer, or at a slice of it, again: that would be the end of the JVM.
   *
   * @param mapped as the channel, or the JVM, has given it, not a slice of it; or null
   */
  public static void end(ByteBuffer mapped) {
    if (mapped != null) {
      IOTools.clean(mapped);
    }
  }
}

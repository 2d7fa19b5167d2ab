package io.parallelsaver.pickle;

import java.nio.ByteBuffer;

/**
 * Turns characters U+0000 to U+00FF in UTF-8 back into the bytes they stand for: how pickle protocol 2 holds {@code bytes}. Works in
 * steps over buffers of any size. One for each run; not for several threads.
 */
public final class Latin1Decoder {
  /** The upper two bits of the byte begun, in place; -1 if none is. */
  private int begun = -1;

  private long at;

  /**
   * Decodes until {@code source} has no more bytes or {@code target} no more room.
   *
   * @throws IllegalArgumentException if the bytes are no UTF-8, or a character is beyond U+00FF; the message gives its offset in
   *     the run
   */
  public void decode(ByteBuffer source, ByteBuffer target) {
    while (source.hasRemaining() && (target.hasRemaining() || begun < 0)) {
      int next = source.get(source.position());
      if (begun >= 0) {
        if ((next & 0xC0) != 0x80) {
          throw malformed(next);
        }
        target.put((byte) (begun | next & 0x3F));
        begun = -1;
      } else if (next >= 0) {
        if (!target.hasRemaining()) {
          return;
        }
        target.put((byte) next);
      } else if ((next & 0xFE) == 0xC2) {
        begun = (next & 1) << 6 | 0x80;
      } else {
        throw malformed(next);
      }
      source.get();
      at++;
    }
  }

  /**
   * Says that no more bytes follow.
   *
   * @throws IllegalArgumentException if the last character is incomplete
   */
  public void finish() {
    if (begun >= 0) {
      throw new IllegalArgumentException(
          "the last character, at byte " + (at - 1) + " of the run, is incomplete");
    }
  }

  private IllegalArgumentException malformed(int found) {
    return new IllegalArgumentException("byte 0x" + Integer.toHexString(found & 0xFF) + " at byte "
        + at + " of the run does not encode a character up to U+00FF");
  }
}

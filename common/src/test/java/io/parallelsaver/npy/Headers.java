package io.parallelsaver.npy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;

/** Headers that NumPy would not write. */
final class Headers {
  private Headers() {}

  /** A header of any version around any text. */
  static ByteBuffer of(int version, String text, String charset) {
    byte[] dictionary = text.getBytes(Charset.forName(charset));
    ByteBuffer out = ByteBuffer.allocate(12 + dictionary.length).order(ByteOrder.LITTLE_ENDIAN);
    out.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
    if (version == 1) {
      out.putShort((short) dictionary.length);
    } else {
      out.putInt(dictionary.length);
    }
    return out.put(dictionary).flip();
  }
}

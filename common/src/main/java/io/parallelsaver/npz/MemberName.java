package io.parallelsaver.npz;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.PythonText;
import io.parallelsaver.error.InputException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Name of a member: the array's key and {@code .npy}, as {@code zipfile} encodes it.
 *
 * @param bytes the name, in UTF-8
 */
record MemberName(byte[] bytes) {
  private static final String SUFFIX = ".npy";

  /**
   * @throws InputException if the key, or an array of this spec under any key, cannot be saved; the message names the array
   */
  static MemberName of(String key, ArraySpec spec) {
    if (spec.dtype().hasObject()) {
      throw new InputException(
          "array "
              + PythonText.quote(key)
              + " has dtype "
              + spec.dtype()
              + ": Python objects cannot be saved, only bytes; convert it to numbers or strings of fixed length");
    }
    MemberName name = new MemberName(encode(key));
    if (name.length() > ZipRecord.MAX16) {
      throw new InputException("array name of " + name.length()
          + " bytes is longer than ZIP allows (65535 with .npy): " + key.substring(0, 40) + "...");
    }
    return name;
  }

  private static byte[] encode(String key) {
    if (isAscii(key)) {
      return key.concat(SUFFIX).getBytes(StandardCharsets.ISO_8859_1);
    }
    try {
      ByteBuffer encoded =
          StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(key + SUFFIX));
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return bytes;
    } catch (CharacterCodingException e) {
      throw new InputException(
          "array name " + PythonText.quote(key)
              + " holds half of a surrogate pair, which UTF-8 cannot say",
          e);
    }
  }

  private static boolean isAscii(String key) {
    for (int i = 0; i < key.length(); i++) {
      if (key.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  int length() {
    return bytes.length;
  }

  /** General purpose flags: UTF-8 is said only where it matters. */
  short flags() {
    for (byte b : bytes) {
      if (b < 0) {
        return ZipRecord.FLAG_UTF8;
      }
    }
    return 0;
  }
}

package io.parallelsaver.pickle;

import static java.util.Map.entry;

import java.util.Map;

/** All that a pickle may name. A name stands for a case in {@link Calls}, never for a class or a function that is looked up. */
enum Global {
  /** {@code numpy.ndarray}. */
  NDARRAY,
  /** {@code numpy.dtype}. */
  DTYPE,
  /** The empty array that the state of an {@code ndarray} is put into; protocols 2 to 4, and 5 for arrays with gaps. */
  RECONSTRUCT,
  /** An array over a buffer; protocol 5. */
  FROM_BUFFER,
  /** A NumPy number or {@code str}. */
  SCALAR,
  /** {@code _codecs.encode}: how protocol 2 writes {@code bytes}. */
  ENCODE,
  /** {@code bytes} or {@code bytearray}: how protocol 2 writes no bytes at all. */
  BYTES;

  /** Longest of the names and module names. */
  static final int MAX_NAME = 32;

  /** NumPy 2 has moved {@code numpy.core} to {@code numpy._core}; Python 3 calls Python 2's {@code __builtin__} {@code builtins}. */
  private static final Map<String, Global> ALLOWED = Map.ofEntries(
      entry("numpy ndarray", NDARRAY),
      entry("numpy dtype", DTYPE),
      entry("numpy.core.multiarray _reconstruct", RECONSTRUCT),
      entry("numpy._core.multiarray _reconstruct", RECONSTRUCT),
      entry("numpy.core.numeric _frombuffer", FROM_BUFFER),
      entry("numpy._core.numeric _frombuffer", FROM_BUFFER),
      entry("numpy.core.multiarray scalar", SCALAR),
      entry("numpy._core.multiarray scalar", SCALAR),
      entry("_codecs encode", ENCODE),
      entry("__builtin__ bytes", BYTES),
      entry("__builtin__ bytearray", BYTES),
      entry("builtins bytes", BYTES),
      entry("builtins bytearray", BYTES));

  /** What a name stands for, or null if it is not allowed. */
  static Global of(String module, String name) {
    return ALLOWED.get(module + " " + name);
  }
}

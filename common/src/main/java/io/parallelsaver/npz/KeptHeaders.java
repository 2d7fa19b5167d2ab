package io.parallelsaver.npz;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import io.parallelsaver.array.StructType;
import io.parallelsaver.error.InputException;
import io.parallelsaver.npy.NpyHeader;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * What the headers of one archive's arrays take of Java's memory, as long as somebody keeps them all. Equal structured dtypes are kept
 * once; a small archive whose many members are little but long headers, each another one, is refused before it fills the memory.
 */
final class KeptHeaders {
  /** Bytes of objects that a byte of a structured dtype's text makes, at most. */
  private static final int OBJECTS_OF_A_BYTE = 16;

  private final Path file;
  private final long limit;
  private final Map<DType, DType> structures = new HashMap<>();
  private long bytes;

  KeptHeaders(Path file) {
    this(file, Runtime.getRuntime().maxMemory() / 4);
  }

  /**
   * @param limit the most bytes they may take
   */
  KeptHeaders(Path file, long limit) {
    this.file = file;
    this.limit = limit;
  }

  /**
   * The same header, with a dtype that is kept already if an equal one is.
   *
   * @throws InputException if the archive's headers take too much memory
   */
  synchronized NpyHeader keep(NpyHeader header) {
    ArraySpec spec = header.spec();
    if (!(spec.dtype() instanceof StructType)) {
      return header;
    }
    DType kept = structures.get(spec.dtype());
    if (kept == null) {
      bytes += (long) OBJECTS_OF_A_BYTE * header.length();
      if (bytes > limit) {
        throw new InputException(
            file + ": the headers of its arrays describe more than " + structures.size()
                + " different structures, which takes more than a quarter of the memory that Java may use; raise -Xmx if you trust the file");
      }
      structures.put(spec.dtype(), spec.dtype());
      return header;
    }
    return new NpyHeader(
        new ArraySpec(kept, spec.shape(), spec.fortranOrder(), spec.logicalType()),
        header.length());
  }
}

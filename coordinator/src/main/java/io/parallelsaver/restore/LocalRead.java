package io.parallelsaver.restore;

import io.parallelsaver.array.ArrayData;
import io.parallelsaver.array.HeapData;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.array.PythonText;
import io.parallelsaver.array.Region;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.InputException;
import io.parallelsaver.npz.DeflatedData;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.zip.CRC32;

/** Reads arrays in this process: for work that is done sooner than a worker has come up, and for what no worker can read. */
public final class LocalRead {
  private static final int BLOCK = 1 << 18;

  private LocalRead() {}

  /**
   * Copies arrays into Java arrays, each with its CRC-32 checked if it is known.
   *
   * @throws CorruptException if one is not what its file says
   */
  public static Map<String, NDArray> all(Path source, Map<String, NDArray> stored) {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    stored.forEach((key, array) -> arrays.put(key, one(source, key, array)));
    return arrays;
  }

  static NDArray one(Path source, String key, NDArray array) {
    String subject = source + ": array " + PythonText.quote(key);
    HeapData heap;
    try {
      heap = HeapData.allocate(array.spec());
    } catch (IllegalArgumentException e) {
      throw new InputException(
          subject + ": " + e.getMessage()
              + ", and its file holds it encoded; convert the file first",
          e);
    }
    CRC32 crc = new CRC32();
    ByteBuffer block = ByteBuffer.allocate(BLOCK);
    try {
      for (long at = 0; at < heap.length(); at += block.limit()) {
        array.data().read(at, block.clear().limit((int) Math.min(BLOCK, heap.length() - at)));
        crc.update(block.flip().duplicate());
        heap.write(at, block);
      }
    } catch (DeflatedData.DamagedException e) {
      throw new CorruptException(subject + ": " + e.getMessage(), e);
    }
    OptionalInt wanted = crc(array.data());
    if (wanted.orElse((int) crc.getValue()) != (int) crc.getValue()) {
      throw new CorruptException(subject + ": CRC-32 of its " + heap.length() + " bytes"
          + array.data().region().map(Region::offset).map(at -> " at " + at).orElse("")
          + " is not what the archive's directory wants; the file is damaged");
    }
    return NDArray.of(array.spec(), heap);
  }

  private static OptionalInt crc(ArrayData data) {
    return data instanceof DeflatedData deflated
        ? OptionalInt.of(deflated.member().dataCrc())
        : data.crc();
  }
}

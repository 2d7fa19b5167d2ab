package io.parallelsaver.array;

import io.parallelsaver.npy.NpyFile;
import io.parallelsaver.npy.NpyHeader;
import io.parallelsaver.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Arrays in {@code .npy} files, to be exchanged with NumPy. */
final class NpyArrays {
  private NpyArrays() {}

  /** The array of a golden file. */
  static NDArray golden(String file, Path scratch) throws IOException {
    return NpyFile.array(Golden.copy(file, scratch));
  }

  /** Writes an array as {@code numpy.save} would. */
  static void write(NDArray array, Path file) throws IOException {
    byte[] header = NpyHeader.bytes(array.spec());
    byte[] data = array.toBytes().array();
    byte[] content = new byte[header.length + data.length];
    System.arraycopy(header, 0, content, 0, header.length);
    System.arraycopy(data, 0, content, header.length, data.length);
    Files.write(file, content);
  }
}

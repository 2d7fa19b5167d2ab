package io.parallelsaver.restore;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.FileData;
import io.parallelsaver.array.HeapData;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.array.PythonText;
import io.parallelsaver.array.Region;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.InputException;
import io.parallelsaver.npy.NpyFile;
import io.parallelsaver.pickle.Latin1Decoder;
import io.parallelsaver.pickle.PickledArray;
import io.parallelsaver.pickle.PickledArray.Located;
import io.parallelsaver.pickle.PickledKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The arrays in a directory of files, named where they stand: of {@code .npy} files, or of the original's pickles. */
public final class StoredArrays {
  private static final Pattern PICKLE = Pattern.compile("data_([0-9]{1,18})\\.dat");
  private static final String NPY = ".npy";
  private static final int BLOCK = 1 << 16;

  private StoredArrays() {}

  /**
   * Arrays by key: of pickles in the order of their numbers, of {@code .npy} files in the order of their names, folders in the key.
   *
   * @throws InputException if there is no such directory, nothing in it that is read, or two arrays of one key
   * @throws CorruptException if a file is damaged
   */
  public static Map<String, NDArray> of(Path directory) {
    try {
      Map<Long, Path> pickles = pickles(directory);
      return pickles.isEmpty() ? npyFiles(directory) : pickled(directory, pickles);
    } catch (NoSuchFileException e) {
      throw new InputException("there is no file " + e.getFile(), e);
    } catch (IOException e) {
      throw new InputException("cannot read " + directory + ": " + e, e);
    }
  }

  private static Map<Long, Path> pickles(Path directory) throws IOException {
    Map<Long, Path> found = new TreeMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Matcher name = PICKLE.matcher(file.getFileName().toString());
        if (name.matches()) {
          found.put(Long.parseLong(name.group(1)), file);
        }
      }
    }
    return found;
  }

  private static Map<String, NDArray> npyFiles(Path directory) throws IOException {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    try (Stream<Path> tree = Files.walk(directory)) {
      List<Path> files = tree.filter(
              file -> file.toString().endsWith(NPY) && Files.isRegularFile(file))
          .sorted()
          .toList();
      for (Path file : files) {
        String name = directory.relativize(file).toString();
        arrays.put(name.substring(0, name.length() - NPY.length()), NpyFile.array(file));
      }
    }
    if (arrays.isEmpty()) {
      throw new InputException(directory + " holds neither .npy files nor data_N.dat files");
    }
    return arrays;
  }

  private static Map<String, NDArray> pickled(Path directory, Map<Long, Path> files)
      throws IOException {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    for (Map.Entry<Long, Path> entry : files.entrySet()) {
      Path index = directory.resolve("data_index_" + entry.getKey() + ".dat");
      String key;
      try (FileChannel channel = FileChannel.open(index, StandardOpenOption.READ)) {
        key = PickledKey.read(index, channel);
      }
      if (arrays.put(key, array(entry.getValue())) != null) {
        throw new InputException(
            index + ": array " + PythonText.quote(key) + " is there twice; rename one of the two");
      }
    }
    return arrays;
  }

  private static NDArray array(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      Located located = PickledArray.locate(file, channel);
      return switch (located.encoding()) {
        case RAW -> NDArray.of(located.spec(), new FileData(located.data()));
        case LATIN1 -> decoded(file, channel, located);
      };
    }
  }

  /** Protocol 2 has no bytes, only characters: such an array is decoded here, and is in no file as it is. */
  private static NDArray decoded(Path file, FileChannel channel, Located located)
      throws IOException {
    ArraySpec spec = located.spec();
    Region encoded = located.data();
    if (spec.byteSize() > Integer.MAX_VALUE - 8) {
      throw new InputException(file + ": an array of " + spec.byteSize()
          + " bytes in pickle protocol 2 is too large; save it with protocol 4 or 5");
    }
    HeapData bytes = new HeapData(new byte[(int) spec.byteSize()]);
    ByteBuffer target = ByteBuffer.wrap((byte[]) bytes.array());
    ByteBuffer block = ByteBuffer.allocate(BLOCK);
    Latin1Decoder decoder = new Latin1Decoder();
    try {
      for (long at = encoded.offset(); at < encoded.end(); ) {
        block.clear().limit((int) Math.min(BLOCK, encoded.end() - at));
        int count = channel.read(block, at);
        if (count < 0) {
          throw new CorruptException(
              file + " ends at byte " + at + ", expected it to reach " + encoded.end());
        }
        decoder.decode(block.flip(), target);
        if (block.hasRemaining()) {
          throw new CorruptException(
              file + ": array " + spec + " takes " + spec.byteSize() + " bytes, found more");
        }
        at += count;
      }
      decoder.finish();
    } catch (IllegalArgumentException e) {
      throw new CorruptException(file + ": " + e.getMessage(), e);
    }
    if (target.hasRemaining()) {
      throw new CorruptException(file + ": array " + spec + " takes " + spec.byteSize()
          + " bytes, found " + target.position());
    }
    return NDArray.of(spec, bytes);
  }
}

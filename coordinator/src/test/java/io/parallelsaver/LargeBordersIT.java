package io.parallelsaver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.npy.NpyFile;
import io.parallelsaver.npy.NpyHeader;
import io.parallelsaver.npz.Profile;
import io.parallelsaver.output.Durability;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.testing.NumPy;
import io.parallelsaver.testing.OnFirstJava;
import io.parallelsaver.testing.RequiresNumPy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Members and offsets on each side of 2^31 and 2^32, where a ZIP file and a Java array change their form. Wants 4 GiB of disk and 4 GiB of
 * memory, so it runs only where the environment variable {@code CI} is set, or with {@code mvn verify -Plarge}. With
 * {@code -Dlarge=short} what is deflated is above 2^31 only.
 */
@Tag("large")
@RequiresNumPy
@OnFirstJava
class LargeBordersIT {
  private static final long HEADER = 128;
  private static final long TWO_GIB = 1L << 31;

  @TempDir
  Path directory;

  private static SaverOptions options() {
    return SaverOptions.defaults().withWorkers(2).withDurability(Durability.NONE);
  }

  @Test
  void storedAroundTwoGib() throws IOException {
    NamedArrays arrays = NamedArrays.of()
        .and("member below 2^31", marked(TWO_GIB - 1 - HEADER))
        .and("offset above 2^31", new int[] {1, 2})
        .and("data of 2^31", marked(TWO_GIB))
        .and("offset above 2^32", new int[] {3, 4});
    Path target = directory.resolve("stored.npz");
    try (Saver saver = Saver.open(options().withProfile(Profile.NUMPY))) {
      saver.save(target, arrays);
      assertEquals("2147483519 2 2147483648 2", judge(target));
      NumPy.run("""
          import zipfile
          places = [info.header_offset for info in zipfile.ZipFile(sys.argv[1]).infolist()]
          assert 2**31 <= places[1] < places[2] < 2**31 + 1000 and 2**32 <= places[3] < 2**32 + 1000, places
          """, target);
      assertTrue(Saver.await(saver.verify(target, ProgressListener.NONE)).whole());
      List<String> keys = List.of("data of 2^31", "offset above 2^32");
      RestoredArrays found = Saver.await(saver.restoreAsync(target, keys, ProgressListener.NONE));
      keys.forEach(key -> assertTrue(arrays.asMap().get(key).contentEquals(found.get(key)), key));
    }
  }

  @Test
  void deflatedAboveTwoOrFourGib() throws IOException {
    long length = "short".equals(System.getProperty("large")) ? TWO_GIB + 1 : 2 * TWO_GIB + 1;
    NamedArrays arrays = NamedArrays.of().and("data", marked(length)).and("last", new int[] {1, 2});
    Path target = directory.resolve("deflated.npz");
    try (Saver saver = Saver.open(options().withLevel(1))) {
      saver.save(target, arrays);
      assertEquals(length + " 2", judge(target));
      assertTrue(Saver.await(saver.verify(target, ProgressListener.NONE)).whole());
    }
  }

  /** Zeros in a sparse file, but the first byte, some in between and the last. */
  private NDArray marked(long length) throws IOException {
    Path file = directory.resolve(length + ".npy");
    byte[] header = NpyHeader.bytes(ArraySpec.of(DType.UINT8, length));
    assertEquals(HEADER, header.length);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(header), 0);
      for (long mark : new long[] {0, length / 2, TWO_GIB - HEADER - 2, length - 1}) {
        channel.write(ByteBuffer.wrap(new byte[] {(byte) (1 + mark % 251)}), HEADER + mark);
      }
    }
    return NpyFile.array(file);
  }

  /** Real NumPy loads every array; the sizes. */
  private static String judge(Path archive) {
    return NumPy.run("""
        data = np.load(sys.argv[1])
        for key in data.files:
            found = data[key]
            print(found.size, end=' ')
            if found.dtype == np.uint8:
                marks = np.unique([0, found.size // 2, 2**31 - 130, found.size - 1])
                assert np.count_nonzero(found) == len(marks), key
                assert (found[marks] == 1 + marks % 251).all(), key
        """, archive).strip();
  }
}

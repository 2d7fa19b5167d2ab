package io.parallelsaver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import io.parallelsaver.npy.NpyHeader;
import io.parallelsaver.npz.ArchiveMember;
import io.parallelsaver.testing.Archive;
import io.parallelsaver.testing.NumPy;
import io.parallelsaver.testing.OnFirstJava;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * 6 GiB, 5 of them one array, through coordinators whose heap is 256 MiB. Wants 18 GiB of disk and 7 GiB of {@code /dev/shm}, so it runs
 * only where the environment variable {@code CI} is set, or with {@code mvn verify -Plarge}. {@code -Dlarge=short} makes that one 1 GiB,
 * still four times the heap.
 */
@Tag("large")
@OnFirstJava
class LargeSetIT {
  private static final long GIB = 1L << 30;
  private static final boolean SHORT = "short".equals(System.getProperty("large"));
  private static final long BIG = SHORT ? GIB : 5 * GIB;
  private static final long SMALL = SHORT ? GIB / 8 : GIB;
  private static final long MARK_EVERY = 30_000_001L;
  private static final long LIMIT_MINUTES = 5;
  private static final String HEAP = "-Xmx256m";

  @TempDir
  Path directory;

  @Test
  void savesVerifiesAndRestores() throws Exception {
    Path big = input("big", BIG / 8);
    Path small = input("small", SMALL / 8);
    Path archive = directory.resolve("set.npz");

    command("save", archive, big, small, "--durability", "none", "--workers", "2");
    Map<String, ArchiveMember> members = Archive.read(archive).arrays();
    assertEquals(List.of("big", "small"), List.copyOf(members.keySet()));
    assertTrue(members.get("small").offset() > BIG);
    assertEquals("ok", judge(archive));
    assertTrue(command("verify", archive).contains("2"));

    Path out = directory.resolve("out");
    command("restore", archive, "--out", out, "--workers", "2");
    assertEquals(-1, Files.mismatch(big, out.resolve("big.npy")));
    assertEquals(-1, Files.mismatch(small, out.resolve("small.npy")));
    Files.delete(out.resolve("big.npy"));
    Files.delete(big);

    restoreInASmallJvm(archive);

    // Tensor files have no places for checksums: what is compared is what NumPy sees at the end.
    Path tensors = directory.resolve("set.safetensors");
    command("convert", archive, tensors, "--durability", "none", "--workers", "2");
    Files.delete(archive);
    Path again = directory.resolve("again.npz");
    command("convert", tensors, again, "--durability", "none", "--workers", "2");
    assertEquals("ok", judge(again));
    assertTrue(command("verify", again).contains("2"));
  }

  /** A sparse file with an element set now and then, up to the last. */
  private Path input(String name, long count) throws IOException {
    Path file = directory.resolve(name + ".npy");
    byte[] header = NpyHeader.bytes(ArraySpec.of(DType.INT64, count));
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(header), 0);
      for (long index : marks(count)) {
        ByteBuffer element =
            ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, index + 1);
        channel.write(element, header.length + index * 8);
      }
    }
    return file;
  }

  private static List<Long> marks(long count) {
    List<Long> marks = new ArrayList<>();
    for (long index = 0; index < count; index += MARK_EVERY / 8) {
      marks.add(index);
    }
    marks.add(count - 1);
    return marks;
  }

  /** NumPy reads the smaller array whole, and the larger one's header where the archive says that it is. */
  private static String judge(Path archive) {
    return NumPy.run("""
        import zipfile
        data = np.load(sys.argv[1])
        assert data.files == ['big', 'small']
        small = data['small']
        marked = np.flatnonzero(small)
        assert (small[marked] == marked + 1).all() and len(marked) > 3 and marked[-1] == len(small) - 1
        with zipfile.ZipFile(sys.argv[1]).open('big.npy') as member:
            assert np.lib.format.read_magic(member) == (1, 0)
            assert np.lib.format.read_array_header_1_0(member) == ((int(sys.argv[2]) // 8,), False, np.dtype('<i8'))
        print('ok')
        """, archive, BIG);
  }

  private void restoreInASmallJvm(Path archive) throws IOException, InterruptedException {
    List<Long> marks = marks(BIG / 8);
    List<String> java = new ArrayList<>();
    java.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    java.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    java.addAll(
        List.of(HEAP, "-cp", System.getProperty("java.class.path"), LargeRestore.class.getName()));
    java.addAll(List.of(archive.toString(), "big"));
    marks.forEach(mark -> java.add(mark.toString()));
    List<String> expected = new ArrayList<>();
    marks.forEach(mark -> expected.add(Long.toString(mark + 1)));
    expected.add("same");
    assertEquals(expected, run(java).lines().toList());
  }

  private String command(Object... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("parallelsaver.home"), "bin", "parallel-saver")
        .toString());
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return run(command);
  }

  private String run(List<String> command) throws IOException, InterruptedException {
    Path output = directory.resolve("output");
    Path errors = directory.resolve("errors");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(output.toFile()).redirectError(errors.toFile());
    builder.environment().put("PARALLEL_SAVER_OPTS", HEAP);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    try {
      assertTrue(process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES), "too slow: " + command);
    } finally {
      process.destroyForcibly();
    }
    assertEquals(0, process.exitValue(), () -> command + ": " + read(errors));
    return read(output);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}

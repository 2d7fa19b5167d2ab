package io.parallelsaver.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.cli.ByteSize;
import io.parallelsaver.testing.RequiresNumPy;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class BenchCommandTest {
  @TempDir
  Path temp;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return new CommandLine(new BenchCommand().spec())
        .registerConverter(ByteSize.class, ByteSize::parse)
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  @Test
  @RequiresNumPy
  void measuresOnlyWhatIsAskedFor() throws Exception {
    int exit =
        run("--quick", "--size=1MiB", "--dir=" + temp, "--only=save heap", "--only=restore copy");
    assertEquals(0, exit, err::toString);
    assertEquals("limits of the machine\nsave heap\nrestore copy\n", err.toString());
    String[] row = out.toString().lines().skip(1).findFirst().orElseThrow().split("\\s{2,}");
    assertEquals("save heap", row[0]);
    assertEquals("2", row[2], "--quick is two pairs");
    try (Stream<Path> files = Files.list(temp)) {
      assertEquals(0, files.count());
    }
  }

  @Test
  void refusesWhatItCannotMeasure() {
    assertRefused(
        "there is no work 'saves'; they are: save heap;", temp, "1MiB", "1", "--only=saves");
    assertRefused("--pairs must be at least 1", temp, "1MiB", "0");
    assertRefused("--size must be at least 1 MiB", temp, "1000", "1");
    Path gone = temp.resolve("gone");
    assertRefused("no directory " + gone, gone, "1MiB", "1");
  }

  private void assertRefused(
      String message, Path directory, String size, String pairs, String... more) {
    err.getBuffer().setLength(0);
    List<String> arguments =
        new ArrayList<>(List.of("--dir=" + directory, "--size=" + size, "--pairs=" + pairs));
    arguments.addAll(List.of(more));
    assertEquals(2, run(arguments.toArray(String[]::new)), err::toString);
    assertTrue(err.toString().contains(message), err::toString);
  }
}

package io.parallelsaver.bench.growth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.bench.BenchCommand;
import io.parallelsaver.cli.ByteSize;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class GrowthCommandTest {
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
  void measuresOnlyWhatIsAskedFor() throws Exception {
    int exit = run("growth", "--quick", "--dir=" + temp, "--only=idle");
    assertEquals(0, exit, err::toString);
    assertEquals("idle\n", err.toString());
    assertTrue(out.toString().startsWith("Idle: all workers together"), out::toString);
    try (Stream<Path> files = Files.list(temp)) {
      assertEquals(0, files.count());
    }
  }

  @Test
  void refusesWhatItCannotMeasure() {
    assertEquals(2, run("growth", "--only=time", "--dir=" + temp));
    assertTrue(err.toString().contains("there is no table 'time'"), err::toString);
    assertEquals(2, run("growth", "--dir=" + temp.resolve("gone")));
    assertTrue(err.toString().contains("no directory " + temp.resolve("gone")), err::toString);
  }
}

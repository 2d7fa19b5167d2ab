package io.parallelsaver.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What an option is: the command line's word, else the environment's, else the file's. */
class SettingsTest {
  @TempDir
  Path temp;

  private Path file(String... lines) throws IOException {
    return Files.write(temp.resolve("settings"), List.of(lines));
  }

  /** Some array. */
  static Path npy(Path file) throws IOException {
    String header = "{'descr': '|u1', 'fortran_order': False, 'shape': (8,), }";
    String bytes = "\u0093NUMPY\1\0" + (char) header.length() + "\0" + header + "12345678";
    return Files.write(file, bytes.getBytes(StandardCharsets.ISO_8859_1));
  }

  private Cli save(Path file, Map<String, String> environment, Object... further)
      throws IOException {
    Object[] arguments = new Object[3 + further.length];
    arguments[0] = "save";
    arguments[1] = temp.resolve("out.npz");
    arguments[2] = npy(temp.resolve("a.npy"));
    System.arraycopy(further, 0, arguments, 3, further.length);
    return Cli.run(line(file, environment), arguments);
  }

  private static CommandLine line(Path file, Map<String, String> environment) {
    return RootCommand.commandLine(new Settings(file, false, environment), "save");
  }

  private static SaveCommand parsed(Path file, Map<String, String> environment, String... more) {
    CommandLine line = line(file, environment);
    String[] arguments = new String[3 + more.length];
    arguments[0] = "save";
    arguments[1] = "out";
    arguments[2] = "in";
    System.arraycopy(more, 0, arguments, 3, more.length);
    line.parseArgs(arguments);
    return line.getSubcommands().get("save").getCommand();
  }

  @Test
  void theCommandLineWinsOverTheEnvironmentOverTheFile() throws IOException {
    Path file = file("# a comment", "", "  stall-timeout = 41 ", "workers=3");
    assertEquals(41, parsed(file, Map.of()).workers.stallSeconds);
    assertEquals(3, parsed(file, Map.of()).workers.workers);
    Map<String, String> environment = Map.of("PARALLEL_SAVER_STALL_TIMEOUT", "42");
    assertEquals(42, parsed(file, environment).workers.stallSeconds);
    assertEquals(43, parsed(file, environment, "--stall-timeout=43").workers.stallSeconds);
    assertEquals(41, parsed(file, Map.of("PARALLEL_SAVER_STALL_TIMEOUT", "")).workers.stallSeconds);
    assertEquals(30, parsed(file(""), Map.of()).workers.stallSeconds);
    assertEquals(
        Path.of("/s"), parsed(file("shared-memory=/s"), Map.of()).workers.sharedMemory.directory);
    assertEquals(
        Path.of("/t"),
        parsed(file("shared-memory=/s"), Map.of("PARALLEL_SAVER_SHM", "/t"))
            .workers
            .sharedMemory
            .directory);
    assertEquals(7, parsed(file("compress=7"), Map.of()).to.level);
    assertTrue(parsed(file("attach=true"), Map.of()).workers.attach);
    assertFalse(parsed(file("attach=false"), Map.of()).workers.attach);
    assertFalse(parsed(file(""), Map.of()).workers.attach);
    assertTrue(parsed(file(""), Map.of(), "--attach").workers.attach);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "worker=3 | :2: there is no setting 'worker'; did you mean 'workers'?",
        "stall_timeout=3 | did you mean 'stall-timeout'?",
        "--align=3 | did you mean 'align'?",
        "workers | :2: no value; write workers=VALUE",
        "align=64\\nalign=128 | :3: 'align' is set in line 2 already",
        "workers=many | :2",
        "workers=0 | :2",
        "stall-timeout=3601 | :2",
        "durability=perhaps | :2",
        "compress=much | :2",
        "compress= | :2",
        "attach=perhaps | :2",
        "align=100 | :2",
        "max-header-size=big | :2"
      })
  void aMistakeIsNamedWithFileAndLine(String lines, String said) throws IOException {
    Path file = file(("# first\n" + lines.replace("\\n", "\n")).split("\n"));
    Cli cli = save(file, Map.of()).exits(2);
    assertTrue(cli.err().contains(said), cli.err());
    assertTrue(cli.err().contains(file.toString()), cli.err());
    assertEquals(1, cli.err().lines().count(), cli.err());
  }

  @Test
  void aMistakeInTheEnvironmentIsNamedByItsVariable() throws IOException {
    Cli cli = save(file("workers=2"), Map.of("PARALLEL_SAVER_WORKERS", "0")).exits(2);
    assertTrue(cli.err().contains("set by PARALLEL_SAVER_WORKERS"), cli.err());
  }

  @Test
  void aMistakeOnTheCommandLineIsNotLaidOnTheFile() throws IOException {
    Cli cli = save(file("workers=2"), Map.of(), "--workers", "0").exits(2);
    assertTrue(!cli.err().contains("settings"), cli.err());
  }

  @Test
  void aFileThatIsAskedForMustBeThere() throws IOException {
    Cli cli = save(temp.resolve("none"), Map.of()).exits(2);
    assertTrue(cli.err().contains(temp.resolve("none").toString()), cli.err());
  }

  @Test
  void argumentsAreReadFromAFileOneOnALine() throws IOException {
    Path file = file("# nightly", "save", "  two words.npz", "", "@a.npy", "--align=0");
    assertArrayEquals(
        new String[] {"save", "two words.npz", "@a.npy", "--align=0", "--json"},
        ArgumentFile.expand("@" + file, "--json"));
    String[] plain = {"save", "@x"};
    assertEquals(plain, ArgumentFile.expand(plain));
  }
}

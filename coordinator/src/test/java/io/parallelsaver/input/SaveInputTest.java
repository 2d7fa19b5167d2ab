package io.parallelsaver.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.error.InputException;
import io.parallelsaver.shm.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SaveInputTest {
  @TempDir
  Path directory;

  @BeforeEach
  void makeFiles() throws IOException {
    Files.createDirectories(directory.resolve("year=2024"));
    Files.createDirectories(directory.resolve("empty"));
    Files.createDirectories(directory.resolve("folder.npy"));
    Files.createDirectories(directory.resolve("many/inner.npy"));
    for (String name : List.of(
        "a.npy",
        "c.npz",
        "year=2024/x.npy",
        "many/b.npy",
        "many/B.npy",
        "many/a.npy",
        "many/.h.npy",
        "many/t.txt",
        ".npy",
        "e=f.npy")) {
      Files.createFile(directory.resolve(name));
    }
    Files.delete(directory.resolve("many/inner.npy"));
  }

  private List<SaveInput> of(String argument) {
    return SaveInput.of(List.of(argument.replace("@", directory.toString())), false);
  }

  @Test
  void callsAnArrayByItsFile() {
    SaveInput input = of("@/a.npy").get(0);
    assertNull(input.name());
    assertEquals(directory.resolve("a.npy"), input.file());
  }

  @Test
  void callsAnArrayAsItIsTold() {
    SaveInput input = of("layer/0=@/a.npy").get(0);
    assertEquals("layer/0", input.name());
    assertEquals(directory.resolve("a.npy"), input.file());
    assertNull(of("@/e=f.npy").get(0).name());
    assertEquals(directory.resolve("e=f.npy"), of("n=@/e=f.npy").get(0).file());
  }

  /** Relative paths: one that begins with a slash can be no name. */
  @Test
  void takesAPathWithAnEqualsSignAsAPathUnlessItCanBeBoth() throws IOException {
    Path relative = Files.createTempDirectory(Path.of("target"), "inputs");
    try {
      Path plain =
          Files.createFile(Files.createDirectory(relative.resolve("year=2024")).resolve("x.npy"));
      SaveInput input = SaveInput.of(List.of(plain.toString()), false).get(0);
      assertNull(input.name());
      assertEquals(plain, input.file());
      String both = relative + "/n=" + plain;
      assertEquals(relative + "/n", SaveInput.of(List.of(both), false).get(0).name());
      Files.createDirectories(Path.of(both).getParent());
      Files.createFile(Path.of(both));
      String message = assertThrows(InputException.class, () -> SaveInput.of(List.of(both), false))
          .getMessage();
      assertTrue(
          message.contains("write ./" + both + " for the first, " + relative + "/n=./" + plain
              + " for the second"),
          message);
      assertEquals(
          Path.of("./" + both), SaveInput.of(List.of("./" + both), false).get(0).file());
      assertEquals(
          relative + "/n",
          SaveInput.of(List.of(relative + "/n=./" + plain), false).get(0).name());
    } finally {
      Trees.delete(relative);
    }
  }

  @Test
  void countsTheBytesOfADirectory() throws IOException {
    Files.write(directory.resolve("many/deep.npy"), new byte[1000]);
    assertEquals(1000, of("@/many").get(0).bytes() - of("@/empty").get(0).bytes());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "@/none.npy | there is no file @/none.npy",
        "x=@/none.npy | there is no file @/none.npy",
        "x=@/folder.npy | only an .npy file takes a name"
      })
  void refusesWhatIsNotThere(String argument, String problem) {
    String message = assertThrows(InputException.class, () -> of(argument)).getMessage();
    assertTrue(message.contains(problem.replace("@", directory.toString())), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "=@/a.npy | has no name",
        "x= | has no file",
        "x=@/c.npz | only an .npy file takes a name",
        "x=@/many | only an .npy file",
        "x=@/many/t.txt | only an .npy file"
      })
  void refusesAWrongArgument(String argument, String problem) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> of(argument)).getMessage();
    assertTrue(message.contains(problem), message);
  }
}

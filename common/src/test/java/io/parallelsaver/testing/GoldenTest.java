package io.parallelsaver.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.testing.Golden.GoldenFile;
import java.util.List;
import org.junit.jupiter.api.Test;

class GoldenTest {
  @Test
  void everyFileIsAsNumPyWroteIt() {
    List<GoldenFile> files = Golden.files("");
    assertTrue(files.size() > 70, files.size() + " files");
    for (GoldenFile file : files) {
      assertEquals(file.sha256(), Golden.sha256(Golden.bytes(file.name())), file.name());
      assertEquals(file.arrays(), Golden.arrays(file.name()).size(), file.name());
    }
  }

  @Test
  void theyStaySmall() {
    int total = Golden.files("").stream()
        .mapToInt(file -> Golden.bytes(file.name()).length)
        .sum();
    assertTrue(total + Golden.bytes("expected.tsv").length < 300_000, total + " bytes");
  }
}

package io.parallelsaver.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.error.SaverException;
import io.parallelsaver.testing.RequiresNumPy;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PythonPeerTest {
  @TempDir
  Path temp;

  @Test
  void saysWhyThereIsNone() {
    try (PythonPeer none = PythonPeer.start(temp.resolve("gone").toString(), temp)) {
      assertTrue(
          none.missing().contains("no NumPy in " + temp.resolve("gone"))
              && none.missing().contains("PARALLEL_SAVER_PYTHON"),
          none.missing());
    }
  }

  @Test
  void onePythonWithoutNumPyIsNone() throws Exception {
    Path fake = temp.resolve("fake");
    Files.writeString(fake, "#!/bin/sh\nprintf 'no\\tNo module named numpy\\n'\n");
    assertTrue(fake.toFile().setExecutable(true));
    try (PythonPeer none = PythonPeer.start(fake.toString(), temp)) {
      assertTrue(none.missing().contains("No module named numpy"), none.missing());
    }
  }

  @Test
  @RequiresNumPy
  void passesOnWhatPythonRaisesAndGoesOn() {
    try (PythonPeer python = PythonPeer.start(temp)) {
      assertNull(python.missing());
      SaverException failed =
          assertThrows(SaverException.class, () -> python.ask("load", "load", temp.resolve("no")));
      assertTrue(failed.getMessage().contains("FileNotFoundError"), failed.getMessage());
      assertEquals("", python.ask("device-drop"));
    }
  }
}

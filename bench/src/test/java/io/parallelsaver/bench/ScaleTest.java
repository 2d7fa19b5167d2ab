package io.parallelsaver.bench;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.error.SaverException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class ScaleTest {
  @TempDir
  Path temp;

  @Test
  void smallArraysAreNeverMoreThanTheLargeOnes() {
    assertEquals(10_000, Scale.of(64 << 20).smallArrays());
    assertEquals(1024, Scale.of(1 << 20).smallArrays());
  }

  @Test
  void asksForRoomBeforeAnythingIsDone() {
    assertDoesNotThrow(() -> Scale.of(1 << 20).checkRoom(temp, temp));
    assertRefused("Java's heap", () -> Scale.of(1L << 40).checkRoom(temp, temp));
    assertRefused(temp + " has", () -> Scale.checkRoom(temp, Long.MAX_VALUE));
  }

  private static void assertRefused(String what, Executable check) {
    SaverException refused = assertThrows(SaverException.class, check);
    String message = refused.getMessage();
    assertTrue(message.startsWith(what) && message.contains("--size"), message);
  }
}

package io.parallelsaver.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Hostile files are refused by the commands, each with its own message, and nothing is made. */
@Timeout(120)
class AttackTest {
  @TempDir
  Path directory;

  private Path shared;
  private Path place;

  @BeforeEach
  void makeDirectories() throws IOException {
    shared = Files.createDirectory(directory.resolve("shared"));
    place = Files.createDirectory(directory.resolve("place"));
  }

  @ParameterizedTest
  @EnumSource
  void isRefused(Attack attack) throws IOException {
    Path source = attack.make(place);
    List<Path> before = tree();
    Cli verified = Cli.run("verify", source, "--shared-memory", shared);
    if (attack.command == null) {
      refused(attack, verified);
    } else {
      verified.exits(0);
    }
    Path out = place.resolve("out");
    refused(attack, Cli.run("restore", source, "--out", out, "--shared-memory", shared));
    assertEquals(before, tree(), "nothing is made");
  }

  private static void refused(Attack attack, Cli refusal) {
    refusal.exits(3);
    assertTrue(refusal.err().contains(attack.message), refusal.err());
    assertFalse(refusal.err().contains("unexpected"), refusal.err());
    refusal.err().lines().forEach(line -> assertTrue(line.length() < 1500, line));
  }

  private List<Path> tree() throws IOException {
    try (Stream<Path> all = Files.walk(place)) {
      return all.sorted().toList();
    }
  }
}

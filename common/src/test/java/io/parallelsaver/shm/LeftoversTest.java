package io.parallelsaver.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code clean --in} removes after a power cut, and what it must not. */
class LeftoversTest {
  private static final String RUN = "parallel-saver-71-00112233445566ff";
  private static final String NAME = "." + RUN + "-3.unfinished";

  @TempDir
  Path directory;

  private final Instant boot = Instant.now().minus(Duration.ofHours(1));
  private Path folder;
  private Path shared;

  @BeforeEach
  void createDirectories() throws IOException {
    folder = Files.createDirectory(directory.resolve("results"));
    shared = Files.createDirectory(directory.resolve("shm"));
  }

  /** A file that was written before the power went. */
  private Path old(Path file) throws IOException {
    if (Files.notExists(file)) {
      Files.writeString(file, "half");
    }
    return Files.setLastModifiedTime(file, FileTime.from(boot.minusSeconds(1)));
  }

  private Map<String, String> keeps() throws IOException {
    Leftovers found = Leftovers.in(folder, shared, boot, "ext4");
    assertEquals(List.of(), found.removed());
    Map<String, String> kept = new TreeMap<>();
    found.kept().forEach((file, why) -> kept.put(file.getFileName().toString(), why));
    return kept;
  }

  private Set<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
    }
  }

  /** Of a set without its index nothing is needed; who else made one may still be at it. */
  @Test
  void removesWhatASetThatIsNotThereHasLeft() throws IOException {
    Path ours = Files.createDirectory(folder.resolve("." + RUN + "-4.shards"));
    old(ours.resolve("s-00001-of-00002.npz"));
    old(Files.writeString(ours.resolve("target"), "s.npz.index.json\n"));
    old(ours);
    Path others = old(Files.createDirectory(folder.resolve(".job-7.shards")));
    Leftovers found = Leftovers.in(folder, shared, boot, "ext4");
    assertEquals(List.of(ours), found.removed());
    assertEquals(List.of(), found.finished());
    assertEquals(Set.of(others), found.kept().keySet());
    assertEquals(Set.of(".job-7.shards"), names());
  }

  @Test
  void removesFilesAndFoldersOfRunsThatAreGone() throws IOException {
    Path file = old(folder.resolve(NAME));
    Path tree = Files.createDirectory(folder.resolve("." + RUN + "-4.unfinished"));
    old(tree.resolve("0"));
    old(tree);
    Path target = old(folder.resolve("target.npz"));
    Leftovers found = Leftovers.in(folder, shared, boot, "ext4");
    assertEquals(Set.of(file, tree), Set.copyOf(found.removed()));
    assertEquals(Map.of(), found.kept());
    assertEquals(Set.of("target.npz"), names());
    assertEquals("half", Files.readString(target));
  }

  @Test
  void asksForNothingThatHasNoNameOfOurs() throws IOException {
    Set<String> others = Set.of(
        "target.npz",
        ".parallel-saver-71-1.unfinished",
        ".parallel-saver-71-00112233445566FF-3.unfinished",
        RUN + "-3.unfinished",
        NAME + "~",
        ".parallel-saver-x1-00112233445566ff-3.unfinished",
        ".parallel-saver-71-00112233445566ff-.unfinished");
    for (String name : others) {
      old(folder.resolve(name));
    }
    Path below = Files.createDirectory(folder.resolve("below"));
    old(below.resolve(NAME));
    assertEquals(Map.of(), keeps());
    assertTrue(names().containsAll(others));
    assertTrue(Files.exists(below.resolve(NAME)));
  }

  @Test
  void leavesWhatWasWrittenSinceTheMachineWasStarted() throws IOException {
    Files.writeString(folder.resolve(NAME), "half");
    Path tree = Files.createDirectory(folder.resolve("." + RUN + "-4.unfinished"));
    Path below = Files.createDirectory(tree.resolve("below"));
    Files.writeString(below.resolve("0"), "being written");
    old(below);
    old(tree);
    Map<String, String> kept = keeps();
    assertEquals(2, kept.size());
    kept.values().forEach(why -> assertTrue(why.contains("since this machine was started"), why));
    assertEquals(2, names().size());
  }

  @Test
  void leavesWhatIsOfARunThatIsThere() throws IOException {
    old(folder.resolve(NAME));
    Files.createDirectory(shared.resolve(RUN));
    assertTrue(keeps().get(NAME).startsWith("its run is there"));
    assertEquals(Set.of(NAME), names());
  }

  @Test
  void leavesWhatAnotherMachineMayBeAt() throws IOException {
    old(folder.resolve(NAME));
    Leftovers found = Leftovers.in(folder, shared, boot, "nfs4");
    assertEquals(List.of(), found.removed());
    assertTrue(found.kept().get(folder.resolve(NAME)).contains("another machine"));
    assertEquals(Set.of(NAME), names());
  }

  @Test
  void leavesWhatBelongsToSomebodyElse() throws IOException {
    boolean root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    assertTrue(root || System.getenv("CI") == null, "run this as root");
    if (root) {
      Files.setAttribute(old(folder.resolve(NAME)), "unix:uid", 12345);
      assertEquals(Map.of(NAME, "it belongs to somebody else"), keeps());
      assertEquals(Set.of(NAME), names());
    }
  }

  @Test
  void followsNoLink() throws IOException {
    Path precious = old(directory.resolve("precious"));
    Path link = Files.createSymbolicLink(folder.resolve(NAME), precious);
    Leftovers.in(folder, shared, Instant.now().plusSeconds(60), "ext4");
    assertTrue(Files.notExists(link, LinkOption.NOFOLLOW_LINKS), "the link itself was ours");
    assertEquals("half", Files.readString(precious));
  }

  @Test
  void knowsWhenTheMachineWasStarted() throws IOException {
    Files.setLastModifiedTime(old(folder.resolve(NAME)), FileTime.from(Instant.EPOCH));
    Path fresh = Files.writeString(folder.resolve("." + RUN + "-9.unfinished"), "half");
    Leftovers found = Leftovers.in(folder, shared);
    assertEquals(List.of(folder.resolve(NAME)), found.removed());
    assertEquals(Set.of(fresh), found.kept().keySet());
  }
}

package io.parallelsaver.output;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parallelsaver.shm.RunDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a sweep finds when the coordinator died between two steps of its own. */
class CrashGapTest {
  private static final long CALL = 3;

  @TempDir
  Path temp;

  private Path folder;
  private RunDirectory run;

  @BeforeEach
  void start() throws IOException {
    folder = Files.createDirectory(temp.resolve("results"));
    run = RunDirectory.create(Files.createDirectory(temp.resolve("shared")));
  }

  /** Ends the run as a sweep after the owner's death would. */
  private void die() throws IOException {
    run.abandon();
    run.close();
  }

  /** Notes an unfinished file, and makes none. */
  private void note(Path unfinished) throws IOException {
    run.noteAndMake(CALL, unfinished, List.of(), () -> null);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static ByteBuffer bytes(String text) {
    return StandardCharsets.US_ASCII.encode(text);
  }

  @Test
  void betweenTheNoteAndTheFile() throws IOException {
    Path target = Files.writeString(folder.resolve("a.npz"), "old");
    note(run.unfinished(CALL, target));
    die();
    assertEquals(List.of("a.npz"), names());
    assertEquals("old", Files.readString(target));
  }

  @Test
  void beforeTheFileHasItsName() throws IOException {
    Path target = Files.writeString(folder.resolve("a.npz"), "old");
    OutputFile file = OutputFile.prepare(run, CALL, target, 3, Durability.NONE);
    file.write(bytes("new"), 0);
    die();
    assertEquals(List.of("a.npz"), names());
    assertEquals("old", Files.readString(target));
  }

  @Test
  void betweenTheNameAndTheEndOfTheNote() throws IOException {
    Path target = Files.writeString(folder.resolve("a.npz"), "old");
    OutputFile file = OutputFile.prepare(run, CALL, target, 3, Durability.SYNC);
    Path unfinished = file.path();
    file.finish(bytes("new"), 0);
    note(unfinished);
    die();
    assertEquals(List.of("a.npz"), names());
    assertEquals("new", Files.readString(target));
  }

  /** Even if a note named it: the target's name is none that a run gives to what is unfinished. */
  @Test
  void aNoteCannotNameTheTarget() throws IOException {
    Path target = Files.writeString(folder.resolve("a.npz"), "new");
    note(target);
    die();
    assertEquals("new", Files.readString(target));
  }

  @Test
  void betweenTwoNamesOfADirectory() throws IOException {
    Path first = Files.writeString(folder.resolve("a.npy"), "old a");
    Path second = Files.writeString(folder.resolve("b.npy"), "old b");
    OutputDirectory output = OutputDirectory.prepare(run, CALL, folder);
    Files.writeString(output.unfinished(0), "new a");
    Files.writeString(output.unfinished(1), "new b");
    Files.move(output.unfinished(0), first, StandardCopyOption.ATOMIC_MOVE);
    die();
    assertEquals(List.of("a.npy", "b.npy"), names());
    assertEquals("new a", Files.readString(first));
    assertEquals("old b", Files.readString(second));
  }

  @Test
  void afterTheLastNameOfADirectory() throws IOException {
    OutputDirectory output = OutputDirectory.prepare(run, CALL, folder);
    Path unfinished = output.unfinished(0).getParent();
    Files.writeString(output.unfinished(0), "new");
    output.finish(List.of(folder.resolve("a.npy")), List.of(), Durability.SYNC);
    note(unfinished);
    die();
    assertEquals(List.of("a.npy"), names());
    assertEquals("new", Files.readString(folder.resolve("a.npy")));
  }
}

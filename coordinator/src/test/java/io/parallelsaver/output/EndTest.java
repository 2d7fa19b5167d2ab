package io.parallelsaver.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.output.EndingCoordinator.Step;
import io.parallelsaver.testing.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The JVM goes down in the midst of a step: the step is done or undone, and nothing of it stays. */
class EndTest {
  private static final int TERMINATED = 143;

  @TempDir
  Path temp;

  private Path shared;
  private Path folder;

  @BeforeEach
  void makeFolders() throws IOException {
    shared = Files.createDirectory(temp.resolve("shared"));
    folder = Files.createDirectory(temp.resolve("folder"));
  }

  private void end(Step step, Path target) throws IOException {
    try (ChildProcess coordinator = ChildProcess.jvm(
        EndingCoordinator.class, step.name(), shared.toString(), target.toString())) {
      coordinator.finish(TERMINATED);
    }
    assertEquals(List.of(), names(shared));
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void betweenTheNoteAndTheFile() throws IOException {
    end(Step.MAKING, folder.resolve("target.npz"));
    assertEquals(List.of(), names(folder));
  }

  @Test
  void betweenTwoNamesOfADirectory() throws IOException {
    for (int i = 0; i < EndingCoordinator.FILES; i++) {
      Files.writeString(folder.resolve("" + i), "old");
    }
    end(Step.NAMING, folder);
    int old = 0;
    for (int i = 0; i < EndingCoordinator.FILES; i++) {
      old += Files.readString(folder.resolve("" + i)).equals("old") ? 1 : 0;
    }
    assertEquals(EndingCoordinator.FILES, old, "old files");
    assertEquals(EndingCoordinator.FILES, names(folder).size(), "nothing else is there");
  }

  @RepeatedTest(3)
  void whileARunBegins() throws IOException {
    end(Step.BEGINNING, folder);
    assertTrue(names(folder).isEmpty());
  }
}

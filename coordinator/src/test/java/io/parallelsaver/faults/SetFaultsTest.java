package io.parallelsaver.faults;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.testing.ChildProcess;
import io.parallelsaver.testing.OnFirstJava;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;

/** A sharded set replaces another whose shards have the same names, and something fails, or the process is killed, at every step. */
@DisabledIf("noCompiler")
@OnFirstJava
class SetFaultsTest {
  private static final int KILLED = 128 + 9;

  @TempDir
  Path directory;

  private Path library;
  private Path root;
  private Path control;

  static boolean noCompiler() {
    return FaultsTest.noCompiler();
  }

  @BeforeEach
  void prepare() throws IOException {
    library = FaultsTest.library(directory);
    root = Files.createDirectory(directory.resolve("root")).toRealPath();
    control = directory.resolve("control");
    FaultControl.create(control, root.resolve("out"));
  }

  private ChildProcess start(String what) {
    List<String> command =
        new ArrayList<>(List.of("env", "LD_PRELOAD=" + library, "FAULTS_CONTROL=" + control));
    command.addAll(
        ChildProcess.command(SetFaultMain.class, control.toString(), root.toString(), what));
    return ChildProcess.start(command.toArray(String[]::new));
  }

  @Test
  void leavesTheOldSetOrTheNewWhateverFails() {
    try (ChildProcess faults = start("faults")) {
      List<String> lines = faults.finish();
      String last = lines.get(lines.size() - 1);
      System.out.println(last);
      assertTrue(
          last.matches("set faults: [1-9][0-9]{2,} injected, [1-9][0-9]+ after the index.*"), last);
    }
  }

  /** By the kernel, as {@code kill -9} does; {@code -Dfaults=all} at every kind of call. */
  @Test
  void leavesTheOldSetOrTheNewWhereverItIsKilled() throws IOException {
    Files.createDirectory(root.resolve("shared"));
    SetGround ground = new SetGround(root);
    FaultControl killer = FaultControl.open(control);
    boolean all = System.getProperty("faults", "short").equals("all");
    List<FaultKind> kinds =
        all ? List.of(FaultKind.values()) : List.of(FaultKind.RENAME, FaultKind.DELETE);
    int kills = 0;
    int placed = 0;
    for (FaultKind kind : kinds) {
      boolean killed = true;
      for (int n = 1; killed; n++) {
        ground.reset();
        killer.armKill(kind, n);
        try (ChildProcess save = start("save")) {
          killed = !"saved".equals(save.readLine());
          save.finish(killed ? KILLED : 0);
        }
        killer.disarm();
        boolean isNew = ground.judge("killed at " + kind + " " + n);
        kills += killed ? 1 : 0;
        placed += killed && isNew ? 1 : 0;
      }
    }
    System.out.println("set kills: " + kills + ", " + placed + " after the index was in its place");
    assertTrue(placed > 1 && kills > placed, kills + " kills, " + placed + " placed");
  }
}

package io.parallelsaver.faults;

import io.parallelsaver.error.SaverException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A JVM with {@code faults.so} preloaded. {@code CONTROL ROOT faults}: a sharded set replaces another, and each call of the system on its
 * folder fails once; then each is the last that succeeds, as if the process had died there. {@code CONTROL ROOT save}: saves once.
 */
public final class SetFaultMain {
  private static final String PLACED = "is whole and in its place";

  private SetFaultMain() {}

  public static void main(String[] args) throws Exception {
    Path root = Path.of(args[1]);
    SetGround ground = new SetGround(root);
    if (args[2].equals("save")) {
      ground.save(SetGround.NEW, SetGround.NEW);
      System.out.println("saved");
      return;
    }
    FaultControl control = FaultControl.open(Path.of(args[0]));
    Files.createDirectory(root.resolve("shared"));
    int injected = 0;
    int placed = 0;
    for (boolean death : new boolean[] {false, true}) {
      for (FaultKind kind : FaultKind.values()) {
        boolean failed = true;
        System.out.println((death ? "death at " : "fault ") + kind);
        for (int n = 1; failed; n++) {
          ground.reset();
          String what = (death ? "death at " : "fault ") + kind + " " + n;
          String message = null;
          if (death) {
            control.armDeath(kind, n);
          } else {
            control.arm(kind, kind.errors(false)[0], n);
          }
          try {
            ground.save(SetGround.NEW, SetGround.NEW);
          } catch (SaverException e) {
            message = String.valueOf(e.getMessage());
          } finally {
            failed = control.disarm();
          }
          if (message != null && !failed) {
            throw new AssertionError(what + " fails without a fault: " + message);
          }
          boolean isNew = ground.judge(what + " (" + message + ")");
          boolean said = message == null || message.contains(PLACED);
          // Who is dead says nothing; and what cannot be told apart is a failure while closing.
          if (!death && isNew != said && !message.contains("cannot remove run directory")) {
            throw new AssertionError(what + ": new is " + isNew + ", said was " + message);
          }
          injected += failed ? 1 : 0;
          placed += failed && isNew ? 1 : 0;
        }
      }
    }
    System.out.println(
        "set faults: " + injected + " injected, " + placed + " after the index was in its place");
  }
}

package io.parallelsaver;

import java.nio.file.Path;

/** Saves with resident workers until it is killed: {@code SHARED_MEMORY POOL FILES}. */
final class AttachedCoordinator {
  private AttachedCoordinator() {}

  public static void main(String[] arguments) {
    SaverOptions options = TestArrays.options(Path.of(arguments[0]), 1)
        .withResidents(Path.of(arguments[1]), false)
        .withLocalBytes(0);
    Path target = Path.of(arguments[2], "saved.npz");
    NamedArrays arrays = TestArrays.many(3, 300_000, 1);
    try (Saver saver = Saver.open(options).awaitReady()) {
      saver.save(Path.of(arguments[2], "next.npz"), arrays);
      System.out.println("saving");
      while (true) {
        saver.save(target, arrays);
      }
    }
  }
}

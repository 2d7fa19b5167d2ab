package io.parallelsaver;

import io.parallelsaver.output.Durability;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.stored.Format;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/** A JVM that saves arrays full of its own number to one target, again and again, until told to stop; others do the same. */
final class RivalCoordinator {
  static final int ARRAYS = 6;
  static final int SIZE = 60_000;

  private RivalCoordinator() {}

  /** Arrays that any mixture with another number's shows in. */
  static NamedArrays arrays(int number) {
    NamedArrays arrays = NamedArrays.of();
    for (int i = 0; i < ARRAYS; i++) {
      int[] values = new int[SIZE];
      Arrays.fill(values, number);
      arrays = arrays.and("array_" + i, values);
    }
    return arrays;
  }

  /** In the format that the target's name says. */
  static void save(Saver saver, Path target, int number) {
    Format format = target.toString().endsWith(".npz") ? Format.NPZ : Format.SAFETENSORS;
    Saver.await(saver.saveAsync(target, arrays(number), format, ProgressListener.NONE));
  }

  /**
   * @param arguments directory for shared memory, target, its number, the number of saves
   */
  public static void main(String[] arguments) throws IOException {
    Path target = Path.of(arguments[1]);
    int number = Integer.parseInt(arguments[2]);
    SaverOptions options =
        TestArrays.options(Path.of(arguments[0]), 1).withDurability(Durability.NONE);
    try (Saver saver = Saver.open(options).awaitReady()) {
      System.out.println("ready");
      System.in.read();
      for (int i = Integer.parseInt(arguments[3]); i > 0; i--) {
        save(saver, target, number);
      }
    }
    System.out.println("saved");
  }
}

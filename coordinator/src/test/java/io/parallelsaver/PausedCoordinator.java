package io.parallelsaver;

import io.parallelsaver.array.ArrayData;
import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import io.parallelsaver.array.NDArray;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** A coordinator in the midst of a save; it says whether it still has the same workers afterwards. */
final class PausedCoordinator {
  static final Duration TIMEOUT = Duration.ofSeconds(2);

  private static final int SIZE = 16 << 20;

  private PausedCoordinator() {}

  /**
   * @param arguments directory for shared memory and the target
   */
  public static void main(String[] arguments) {
    Path directory = Path.of(arguments[0]);
    SaverOptions options = TestArrays.options(directory, 2);
    try (Saver saver =
        Saver.open(options.withPool(options.pool().withStallTimeout(TIMEOUT))).awaitReady()) {
      List<Long> workers = saver.workerPids();
      workers.forEach(System.out::println);
      Path target = saver.save(directory.resolve("saved.npz"), slow()).file();
      System.out.println("same workers " + workers.equals(saver.workerPids()));
      byte[] restored = saver.restore(target).get("arr_0").toBytes().array();
      boolean right = restored.length == SIZE;
      for (int i = 0; i < SIZE && right; i++) {
        right = restored[i] == (byte) (i * 31);
      }
      System.out.println("right " + right);
    }
  }

  /** Half of its bytes come slowly, so that for seconds no worker has so little to do that it sleeps. */
  private static NDArray slow() {
    AtomicBoolean said = new AtomicBoolean();
    return NDArray.of(ArraySpec.of(DType.UINT8, SIZE), new ArrayData() {
      @Override
      public long length() {
        return SIZE;
      }

      @Override
      public void read(long offset, ByteBuffer target) {
        if (offset > SIZE / 2) {
          if (said.compareAndSet(false, true)) {
            System.out.println("saving");
          }
          LockSupport.parkNanos(50_000_000);
        }
        for (long at = offset; target.hasRemaining(); at++) {
          target.put((byte) (at * 31));
        }
      }
    });
  }
}

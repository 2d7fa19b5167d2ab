package io.parallelsaver.faults;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The file that {@code faults.c} looks into, in all processes; its layout stands there. */
final class FaultControl {
  private static final int FOLDER_AT = 64;
  private static final int SIZE = 8192;
  private static final VarHandle INT =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

  private final ByteBuffer control;

  private FaultControl(ByteBuffer control) {
    this.control = control;
  }

  /** Makes the file, with nothing to fail. */
  static void create(Path file, Path folder) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.allocate(SIZE);
      bytes
          .position(FOLDER_AT)
          .put(folder.toString().getBytes(StandardCharsets.UTF_8))
          .rewind();
      channel.write(bytes);
    }
  }

  static FaultControl open(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return new FaultControl(channel.map(MapMode.READ_WRITE, 0, SIZE));
    }
  }

  /** From now on the n-th call of a kind fails, n from 1. */
  void arm(FaultKind kind, int error, int n) {
    arm(kind, error, n, 0);
  }

  /** The process is killed instead of its n-th call of a kind. */
  void armKill(FaultKind kind, int n) {
    arm(kind, 0, n, 1);
  }

  /** From the n-th call of a kind on every call of any kind fails: nothing changes any more, as if the process were dead. */
  void armDeath(FaultKind kind, int n) {
    arm(kind, 5, n, 2);
  }

  private void arm(FaultKind kind, int error, int n, int more) {
    INT.setVolatile(control, 20, more);
    INT.setVolatile(control, 4, n);
    INT.setVolatile(control, 8, error);
    INT.setVolatile(control, 12, 0);
    INT.setVolatile(control, 0, kind.number());
  }

  /** Lets nothing fail any more. True if a call has failed. */
  boolean disarm() {
    INT.setVolatile(control, 0, 0);
    return (int) INT.getVolatile(control, 12) > 0;
  }

  /** Whether what has failed last was not of this process. */
  boolean failedElsewhere() {
    return (int) INT.getVolatile(control, 16) != ProcessHandle.current().pid();
  }
}

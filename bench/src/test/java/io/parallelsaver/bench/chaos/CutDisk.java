package io.parallelsaver.bench.chaos;

import io.parallelsaver.testing.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A disk whose power can be cut. It is a file in another file system, the <i>drive</i>, which stands for the platter and its cache: what is
 * written to the disk is in the drive's page cache until the disk is told to flush, or the kernel happens to write it. A cut shuts the
 * drive down without its journal ({@code EXT4_IOC_SHUTDOWN}): what was not flushed is gone, nothing is written any more, and
 * programs that still run get errors. When power is back, the disk replays its journal as after any power cut.
 */
final class CutDisk implements AutoCloseable {
  /** _IOR('X', 125, __u32), with EXT4_GOING_FLAGS_NOLOGFLUSH. */
  private static final String CUT = """
      import fcntl, os, struct, sys
      opened = os.open(sys.argv[1], os.O_RDONLY)
      print("ready", flush=True)
      sys.stdin.read()
      fcntl.ioctl(opened, 2 << 30 | 4 << 16 | ord("X") << 8 | 125, struct.pack("I", 2))
      print("cut", flush=True)
      """;

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final Path memory;
  private final Path drive;
  private final Path disk;
  private final String megabytes;
  private ChildProcess cutter;
  private int mounted;

  /**
   * @param root an empty folder
   * @param megabytes size of the disk
   */
  CutDisk(Path root, int megabytes) throws IOException {
    memory = Files.createDirectory(root.resolve("memory"));
    drive = Files.createDirectory(root.resolve("drive"));
    disk = Files.createDirectory(root.resolve("disk"));
    this.megabytes = Integer.toString(megabytes);
    try {
      run("mount", "-t", "tmpfs", "-o", "mode=700,size=" + 2 * megabytes + "m", "none", memory);
      mounted++;
      run("truncate", "-s", megabytes * 3 / 2 + "M", platter());
      run("mkfs.ext4", "-q", "-F", platter());
      mountShared(platter(), drive);
      // Written once, so that nothing but its bytes changes later.
      run(
          "dd",
          "if=/dev/zero",
          "of=" + image(),
          "bs=1M",
          "count=" + this.megabytes,
          "conv=fsync",
          "status=none");
      run("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0", image());
      run("sync", "-f", image());
      mountDisk();
    } catch (AssertionError e) {
      close();
      throw e;
    }
  }

  private Path platter() {
    return memory.resolve("platter");
  }

  private Path image() {
    return drive.resolve("image");
  }

  private void mountDisk() {
    mountShared(image(), disk);
    cutter = ChildProcess.start(python(), "-c", CUT, drive.toString());
    expect("ready");
  }

  /** Whoever is given a copy of all mounts meanwhile, as a slave, must not keep this one when it goes. */
  private void mountShared(Path device, Path where) {
    run("mount", "-o", "loop", device, where);
    mounted++;
    run("mount", "--make-shared", where);
  }

  private static String python() {
    return System.getenv().getOrDefault("PARALLEL_SAVER_PYTHON", "python3");
  }

  private void expect(String line) {
    String found = cutter.readLine();
    if (!line.equals(found)) {
      throw new AssertionError("expected '" + line + "', found '" + found + "'");
    }
  }

  /** Where it is mounted. */
  Path path() {
    return disk;
  }

  /** Makes all that is there durable. */
  void sync() {
    run("sync", "-f", disk);
  }

  /** Cuts the power. Nothing that is written from now on will be there. */
  void cut() {
    cutter.closeInput();
    expect("cut");
  }

  /** Lets power come back. Nobody may have a file open on the disk. */
  void restart() {
    endCutter();
    unmount(disk);
    mounted--;
    unmount(drive);
    mounted--;
    mountShared(platter(), drive);
    mountDisk();
  }

  private static void run(Object... words) {
    String[] command = new String[words.length];
    for (int i = 0; i < words.length; i++) {
      command[i] = words[i].toString();
    }
    try (ChildProcess child = ChildProcess.start(command)) {
      child.finish();
    }
  }

  /** Was seen busy once after all that we know of had let go of it; what stays busy is an error. */
  private static void unmount(Path place) {
    long until = System.nanoTime() + PATIENCE_NANOS;
    for (; ; ) {
      try {
        run("umount", place);
        return;
      } catch (AssertionError e) {
        if (!e.getMessage().contains("target is busy") || System.nanoTime() > until) {
          throw e;
        }
        LockSupport.parkNanos(LOOK_NANOS);
      }
    }
  }

  /** It holds the drive. */
  private void endCutter() {
    cutter.finish();
    cutter.close();
    cutter = null;
  }

  @Override
  public void close() {
    if (cutter != null) {
      cutter.closeInput();
      endCutter();
    }
    Path[] places = {memory, drive, disk};
    while (mounted > 0) {
      unmount(places[--mounted]);
    }
  }
}

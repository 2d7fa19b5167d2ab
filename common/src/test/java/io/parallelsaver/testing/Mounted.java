package io.parallelsaver.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A small file system of its own, until it is closed. */
public final class Mounted implements AutoCloseable {
  private final Path at;

  private Mounted(Path at) {
    this.at = at;
  }

  /** Memory of a bounded size, at a new directory. */
  public static Mounted tmpfs(Path at, long bytes) throws IOException {
    Files.createDirectory(at);
    run("mount", "-t", "tmpfs", "-o", "size=" + bytes, "tmpfs", at.toString());
    return new Mounted(at);
  }

  /** An ext4 file system in an image beside a new directory. */
  public static Mounted ext4(Path at, long bytes) throws IOException {
    Path image = at.resolveSibling(at.getFileName() + ".ext4");
    try (FileChannel channel =
        FileChannel.open(image, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(1), bytes - 1);
    }
    run("mkfs.ext4", "-q", "-F", "-m", "0", image.toString());
    Files.createDirectory(at);
    run("mount", "-o", "loop", image.toString(), at.toString());
    return new Mounted(at);
  }

  /** Lets nobody write to it any more. */
  public void makeReadOnly() {
    run("mount", "-o", "remount,ro", at.toString());
  }

  /** Gives it another size, if it is memory. */
  public void resize(long bytes) {
    run("mount", "-o", "remount,size=" + bytes, at.toString());
  }

  /** A file system that lets nobody write, who then waits in the kernel, until this is closed. */
  public final class Frozen implements AutoCloseable {
    private Frozen() {
      run("fsfreeze", "--freeze", at.toString());
    }

    @Override
    public void close() {
      run("fsfreeze", "--unfreeze", at.toString());
    }
  }

  /** Stops it, if it is a disk. */
  public Frozen freeze() {
    return new Frozen();
  }

  public Path path() {
    return at;
  }

  /** Takes all the room there is, as somebody else would, into a file. */
  public Path fill() {
    Path file = at.resolve("full");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer zeros = ByteBuffer.allocate(4096);
      while (true) {
        channel.write(zeros.clear());
      }
    } catch (IOException e) {
      if (!String.valueOf(e.getMessage()).contains("No space")) {
        throw new UncheckedIOException(e);
      }
      return file;
    }
  }

  @Override
  public void close() {
    run("umount", "--lazy", at.toString());
  }

  private static void run(String... command) {
    try (ChildProcess child = ChildProcess.start(command)) {
      child.finish();
    }
  }
}

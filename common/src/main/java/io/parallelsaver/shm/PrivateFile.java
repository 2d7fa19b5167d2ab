package io.parallelsaver.shm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Files and directories that their owner alone may read and write, from their first moment on, whatever the umask is. */
public final class PrivateFile {
  static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
  static final Set<PosixFilePermission> DIRECTORY = PosixFilePermissions.fromString("rwx------");

  private static final FileAttribute<?> FILE_MODE = PosixFilePermissions.asFileAttribute(FILE);
  private static final FileAttribute<?> DIRECTORY_MODE =
      PosixFilePermissions.asFileAttribute(DIRECTORY);

  private PrivateFile() {}

  /** Whether a file or directory belongs to the user of this process. */
  public static boolean isOwn(PosixFileAttributes found) throws IOException {
    return found.owner().equals(Files.getOwner(Path.of("/proc/self")));
  }

  /** Creates a file, for reading and writing; what is there already, a symbolic link too, is an error. */
  public static FileChannel create(Path file) throws IOException {
    return open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ);
  }

  /** Opens a file for writing, and more. Follows no symbolic link. */
  public static FileChannel open(Path file, OpenOption... options) throws IOException {
    Set<OpenOption> all = new HashSet<>(List.of(options));
    all.add(StandardOpenOption.WRITE);
    all.add(LinkOption.NOFOLLOW_LINKS);
    return FileChannel.open(file, all, FILE_MODE);
  }

  /** Creates a file that holds a text. */
  static void write(Path file, String text) throws IOException {
    try (FileChannel channel = create(file)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
  }

  /** Creates a directory. */
  public static void createDirectory(Path directory) throws IOException {
    Files.createDirectory(directory, DIRECTORY_MODE);
    // A umask may have taken bits away.
    Files.setPosixFilePermissions(directory, DIRECTORY);
  }

  /** Takes a file, that others have made, from everybody else. */
  public static void protect(Path file) throws IOException {
    Files.setPosixFilePermissions(file, FILE);
  }
}

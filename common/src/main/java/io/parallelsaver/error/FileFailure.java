package io.parallelsaver.error;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * Says what the file system refused, and what to do about it. Java tells one error from another only by the system's words, which a process
 * not started in the C locale may have in any language; then the room that is left tells of a full disk.
 */
public final class FileFailure {
  private static final String NO_SPACE = "no space left on device";
  private static final String QUOTA = "quota exceeded";

  /** What to do about errors, by the system's words for them. */
  private static final Map<String, String> REMEDIES = Map.of(
      NO_SPACE,
      "make room there, or save elsewhere",
      QUOTA,
      "make room within your quota there, have it raised, or save elsewhere",
      "file too large",
      "it is beyond the process's limit of file sizes (ulimit -f), or the file system's own; raise it, or save elsewhere",
      "too many open files",
      "raise the process's limit of open files (ulimit -n)",
      "read-only file system",
      "save elsewhere",
      "permission denied",
      "make it writable for this user, or save elsewhere",
      "operation not permitted",
      "make it writable for this user, or save elsewhere",
      "file name too long",
      "name it shorter",
      "no such file or directory",
      "was it removed meanwhile?",
      "input/output error",
      "the device fails: look into the kernel's log, and save elsewhere");

  private FileFailure() {}

  /**
   * What a failed call of the file system should be thrown as.
   *
   * @param what what could not be done, with the name of the file
   * @param file a file, that need not be there any more, or a directory on that file system
   * @param needed bytes that were still to be written, if it was about bytes
   */
  public static SaverException of(String what, Path file, long needed, IOException cause) {
    long there = room(file, cause);
    String message = what + ": " + reason(cause);
    if (isFull(cause) || there < needed) {
      String sizes = needed > 0
          ? " (" + needed + " bytes more are needed, its file system has " + there + " left)"
          : "";
      String remedy = remedy(cause);
      return new StorageFullException(
          message + sizes + (remedy.isEmpty() ? "; " + REMEDIES.get(NO_SPACE) : remedy), cause);
    }
    return new SaverException(message + remedy(cause), cause);
  }

  /** The same failure, but its message says what could not be done, and what to do about it. */
  public static IOException named(String what, IOException cause) {
    return new IOException(what + ": " + reason(cause) + remedy(cause), cause);
  }

  /** Whether the system says that there is no room, or none that is granted. */
  public static boolean isFull(IOException cause) {
    String reason = reason(cause).toLowerCase(Locale.ROOT);
    return reason.contains(NO_SPACE) || reason.contains(QUOTA);
  }

  /** The system's words. */
  public static String reason(IOException cause) {
    if (cause instanceof AccessDeniedException) {
      return "Permission denied";
    } else if (cause instanceof NoSuchFileException) {
      return "No such file or directory";
    } else if (cause instanceof FileSystemException known && known.getReason() != null) {
      return known.getReason();
    }
    return cause.getClass() == IOException.class ? cause.getMessage() : cause.toString();
  }

  /** What to do about it, behind a semicolon; empty if nobody knows. */
  public static String remedy(IOException cause) {
    String reason = reason(cause).toLowerCase(Locale.ROOT);
    return REMEDIES.entrySet().stream()
        .filter(known -> reason.contains(known.getKey()))
        .map(known -> "; " + known.getValue())
        .findFirst()
        .orElse("");
  }

  /** Bytes left on a file's file system; a lot if nobody can say. */
  public static long room(Path file, IOException cause) {
    Path known = file.toAbsolutePath();
    while (Files.notExists(known) && known.getParent() != null) {
      known = known.getParent();
    }
    try {
      return Files.getFileStore(known).getUsableSpace();
    } catch (IOException e) {
      cause.addSuppressed(e);
      return Long.MAX_VALUE;
    }
  }
}

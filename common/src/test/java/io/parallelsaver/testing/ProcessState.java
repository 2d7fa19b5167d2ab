package io.parallelsaver.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a process holds, as the kernel sees it.
 *
 * @param handles open files
 * @param mappings ranges of its memory
 * @param threads threads
 * @param privateKib memory that is no file's
 */
public record ProcessState(int handles, int mappings, int threads, int privateKib) {

  public static ProcessState of(long pid) {
    Path process = Path.of("/proc", Long.toString(pid));
    try (Stream<String> maps = Files.lines(process.resolve("maps"))) {
      return new ProcessState(
          handles(pid).size(),
          (int) maps.count(),
          status(process, "Threads:"),
          status(process, "RssAnon:"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a thread of a process waits in the kernel and cannot be killed. */
  public static boolean isInKernel(long pid) {
    try (DirectoryStream<Path> threads =
        Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
      for (Path thread : threads) {
        String stat = Files.readString(thread.resolve("stat"));
        if (stat.charAt(stat.lastIndexOf(')') + 2) == 'D') {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Bytes that a process has written, to whatever. */
  public static long written(long pid) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/io"))) {
      String line = lines.filter(each -> each.startsWith("wchar:")).findAny().orElseThrow();
      return Long.parseLong(line.substring("wchar:".length()).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int status(Path process, String field) throws IOException {
    try (Stream<String> lines = Files.lines(process.resolve("status"))) {
      String line = lines.filter(each -> each.startsWith(field)).findAny().orElseThrow();
      return Integer.parseInt(line.replaceAll("[^0-9]", ""));
    }
  }

  /** The sockets of a process that could reach another machine: all but those of Unix's own kind, one of which every JVM has. */
  public static List<String> networkSockets(long pid) {
    List<String> sockets = handles(pid);
    sockets.removeIf(handle -> !handle.startsWith("socket:"));
    Path unix = Path.of("/proc/" + pid + "/net/unix");
    try (Stream<String> lines = Files.lines(unix)) {
      // Num RefCount Protocol Flags Type St Inode Path
      lines
          .map(line -> line.strip().split(" +"))
          .forEach(fields -> sockets.remove("socket:[" + fields[6] + "]"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sockets;
  }

  /** What each open handle of a process leads to: a path, or {@code socket:[...]} and the like. */
  public static List<String> handles(long pid) {
    List<String> targets = new ArrayList<>();
    try (DirectoryStream<Path> handles =
        Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
      for (Path handle : handles) {
        try {
          targets.add(Files.readSymbolicLink(handle).toString());
        } catch (NoSuchFileException e) {
          // Closed meanwhile.
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return targets;
  }
}

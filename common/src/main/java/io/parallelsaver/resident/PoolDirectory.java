package io.parallelsaver.resident;

import io.parallelsaver.error.FileFailure;
import io.parallelsaver.error.SaverException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The directory of a pool of resident workers.
 *
 * <pre>
 * DIRECTORY/workers/
 *   NAME.sock   where the worker of this name listens
 *   NAME.lock   locked by it for as long as it lives; stays
 * </pre>
 *
 * @param path normally {@code /run/parallel-saver}
 */
public record PoolDirectory(Path path) {
  /** Where the service's workers are. */
  public static final Path DEFAULT = Path.of("/run/parallel-saver");

  private static final String SOCKET = ".sock";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}");

  /** What the system allows for the path of a socket, with a zero behind it: {@code sockaddr_un} of unix(7). */
  private static final int LONGEST_SOCKET = 107;

  /** Where workers are found. */
  public Path workers() {
    return path.resolve("workers");
  }

  /**
   * Where the worker of a name listens.
   *
   * @throws SaverException if this can be no worker's name, or the path is too long for a socket
   */
  public Path socket(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new SaverException("a worker cannot be called '" + name
          + "': expected 1 to 32 letters, digits, and _ . - behind the first");
    }
    Path socket = workers().resolve(name + SOCKET);
    int length = socket.toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > LONGEST_SOCKET) {
      throw new SaverException(
          "the socket " + socket + " has a path of " + length + " bytes, the system allows "
              + LONGEST_SOCKET + "; choose a directory with a shorter one");
    }
    return socket;
  }

  /** What the worker of a name locks. */
  Path lock(String name) {
    return workers().resolve(name + ".lock");
  }

  /**
   * The sockets there are, in the order of their names; behind some there may be no worker any more.
   *
   * @return none if there is no such directory
   * @throws SaverException if it cannot be looked at
   */
  public List<Path> sockets() {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(workers(), "*" + SOCKET)) {
      all.forEach(found::add);
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw failure(e.getCause());
    } catch (IOException e) {
      throw failure(e);
    }
    found.sort(null);
    return found;
  }

  private SaverException failure(IOException e) {
    return FileFailure.of("cannot look for resident workers in " + workers(), workers(), 0, e);
  }
}

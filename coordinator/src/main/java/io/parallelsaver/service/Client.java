package io.parallelsaver.service;

import io.parallelsaver.error.SaverException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Asks the daemon. */
public final class Client implements AutoCloseable {
  private static final long ASK_MILLIS = 5_000;

  /** A daemon that is started anew should be there by then. */
  private static final long GONE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Path socket;
  private final SocketChannel channel;
  private final BufferedReader in;

  private Client(Path socket, SocketChannel channel) {
    this.socket = socket;
    this.channel = channel;
    this.in = new BufferedReader(
        new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
  }

  /**
   * Connects.
   *
   * @throws SaverException if no daemon listens, or this user may not submit
   */
  public static Client connect(Path runDirectory) {
    Path socket = ServiceOptions.socket(runDirectory);
    try {
      return new Client(socket, SocketChannel.open(UnixDomainSocketAddress.of(socket)));
    } catch (IOException e) {
      throw failure(runDirectory, socket, e);
    }
  }

  private static SaverException failure(Path runDirectory, Path socket, IOException cause) {
    boolean denied = String.valueOf(cause.getMessage()).contains("Permission denied")
        || Files.exists(socket) && !Files.isWritable(socket)
        || Files.exists(runDirectory) && !Files.isExecutable(runDirectory);
    if (!denied) {
      return new SaverException(
          "no coordinator listens at " + socket + " (" + cause.getMessage()
              + "); start it: parallel-saver coordinator, or systemctl start parallel-saver.target."
              + " --run-dir names another run directory",
          cause);
    }
    String group = "the group of " + runDirectory;
    try {
      group = "group "
          + Files.readAttributes(runDirectory, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
              .group()
              .getName();
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
    return new SaverException(
        "no permission to ask the coordinator at " + socket + ": members of " + group
            + " may; have yourself added to it, and log in anew",
        cause);
  }

  /**
   * Asks, and returns the answer.
   *
   * @throws SaverException what the daemon answers with, or if it ends meanwhile
   */
  public Map<String, Object> ask(String operation, Map<String, ?> members) {
    Map<String, Object> question = new LinkedHashMap<>();
    question.put("op", operation);
    question.putAll(members);
    try {
      ByteBuffer bytes =
          ByteBuffer.wrap((JsonText.write(question) + "\n").getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      String answer = in.readLine();
      if (answer == null) {
        throw new IOException("it has closed the connection");
      }
      return orThrow(JsonText.parse(answer));
    } catch (IOException e) {
      throw new SaverException(
          "the coordinator at " + socket + " gives no answer: " + e.getMessage()
              + "; what it has accepted is done by the next one",
          e);
    }
  }

  private static Map<String, Object> orThrow(Map<String, Object> answer) {
    if (answer.get("error") == null) {
      return answer;
    }
    Members members = new Members(answer);
    throw new RequestFailedException(
        members.text("error"), Math.toIntExact(members.number("exit")));
  }

  /** Submits a request and returns its id. */
  public String submit(String id, Request request) {
    Map<String, Object> members = new LinkedHashMap<>();
    if (id != null) {
      members.put("id", id);
    }
    members.put("request", request.toMap());
    return String.valueOf(ask("submit", members).get("id"));
  }

  /**
   * Waits for the end of a request, also while the daemon is started anew.
   *
   * @param nanos longest wait
   * @return how it is then
   * @throws SaverException if there is no daemon at first, or for too long
   */
  public static Map<String, Object> await(Path runDirectory, String id, long nanos) {
    long start = System.nanoTime();
    long answered = 0;
    Client client = connect(runDirectory);
    try {
      while (true) {
        try {
          if (client == null) {
            client = connect(runDirectory);
          }
          Map<String, Object> shown = client.await(id, nanos - (System.nanoTime() - start));
          answered = System.nanoTime();
          if (isEnd(shown) || answered - start >= nanos) {
            return shown;
          }
        } catch (RequestFailedException e) {
          throw e;
        } catch (SaverException e) {
          long now = System.nanoTime();
          if (answered == 0 || now - answered > GONE_NANOS || now - start >= nanos) {
            throw e;
          }
          closeQuietly(client);
          client = null;
        }
        LockSupport.parkNanos(AGAIN_NANOS);
      }
    } finally {
      closeQuietly(client);
    }
  }

  private Map<String, Object> await(String id, long nanos) {
    long millis = Math.max(0, Math.min(ASK_MILLIS, TimeUnit.NANOSECONDS.toMillis(nanos)));
    return ask("wait", Map.of("id", id, "millis", millis));
  }

  private static void closeQuietly(Client client) {
    if (client != null) {
      client.close();
    }
  }

  /** Whether the request that is shown has ended. */
  public static boolean isEnd(Map<String, Object> shown) {
    return new Members(shown).oneOf(State.class, "state").isEnd();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new SaverException("cannot close " + socket + ": " + e, e);
    }
  }
}

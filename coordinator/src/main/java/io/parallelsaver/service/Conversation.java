package io.parallelsaver.service;

import io.parallelsaver.error.SaverException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is said on one connection: one JSON object on a line, and one in answer, any number of times. */
final class Conversation {
  private static final Logger LOG = LoggerFactory.getLogger(Conversation.class);
  private static final int LONGEST_LINE = 1 << 20;

  private final SocketChannel channel;
  private final Answers answers;
  private final Consumer<Boolean> expecting;
  private final InputStream in;

  /**
   * @param expecting is told whether the other side is at turn
   */
  Conversation(SocketChannel channel, Answers answers, Consumer<Boolean> expecting) {
    this.channel = channel;
    this.answers = answers;
    this.expecting = expecting;
    this.in = new BufferedInputStream(Channels.newInputStream(channel));
  }

  void run() throws IOException {
    String user = channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
    for (String line = line(); line != null; line = line()) {
      expecting.accept(false);
      byte[] answer = (JsonText.write(answer(line, user)) + "\n").getBytes(StandardCharsets.UTF_8);
      expecting.accept(true);
      ByteBuffer bytes = ByteBuffer.wrap(answer);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
  }

  /** Null at the end. */
  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next >= 0; next = in.read()) {
      if (next == '\n') {
        return line.toString(StandardCharsets.UTF_8);
      }
      if (line.size() == LONGEST_LINE) {
        throw new IOException("a line longer than " + LONGEST_LINE + " bytes");
      }
      line.write(next);
    }
    return null;
  }

  private Map<String, Object> answer(String line, String user) {
    try {
      return answers.to(new Members(JsonText.parse(line)), user);
    } catch (SaverException e) {
      return error(e.getMessage(), e.exitCode());
    } catch (RuntimeException e) {
      LOG.error("no answer to {}", line, e);
      return error("unexpected failure: " + e, 1);
    }
  }

  private static Map<String, Object> error(String message, int exit) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("error", message);
    map.put("exit", exit);
    return map;
  }
}

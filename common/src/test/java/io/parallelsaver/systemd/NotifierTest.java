package io.parallelsaver.systemd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.testing.ChildProcess;
import io.parallelsaver.testing.NumPy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a real datagram socket, which Java does not have: Python's. */
class NotifierTest {
  private static final long PID = 4711;

  private static final String RECEIVER = """
      import socket, sys
      name = sys.argv[1]
      with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
          receiver.settimeout(30)
          receiver.bind(name.replace('@', '\\0', 1) if name[0] == '@' else name)
          print('listens', flush=True)
          message = b''
          while message != b'STOPPING=1':
              message = receiver.recv(4096)
              print(repr(message.decode()), flush=True)
      """;

  @TempDir
  Path directory;

  private static Notifier notifier(String socket) {
    return Notifier.of(Map.of("NOTIFY_SOCKET", socket), PID);
  }

  @Test
  void saysEachMessageToAPath() {
    checkMessages(directory.resolve("notify").toString());
  }

  @Test
  void saysEachMessageToAnAbstractName() {
    checkMessages("@parallel-saver-test-" + ProcessHandle.current().pid());
  }

  private static void checkMessages(String socket) {
    try (ChildProcess receiver = ChildProcess.start(NumPy.python(), "-c", RECEIVER, socket)) {
      receiver.awaitLine("listens");
      Notifier notifier = notifier(socket);
      assertTrue(notifier.isPresent());
      says(receiver, "'READY=1'", notifier, Notifier::ready);
      says(
          receiver,
          "'STATUS=save 37/512, 3.1 GiB/s \u00e4'",
          notifier,
          it -> it.status("save 37/512,\n3.1 GiB/s \u00e4"));
      says(receiver, "'WATCHDOG=1'", notifier, Notifier::watchdog);
      says(
          receiver,
          "'EXTEND_TIMEOUT_USEC=2500000'",
          notifier,
          it -> it.extendTimeout(Duration.ofMillis(2500)));
      says(receiver, "'STOPPING=1'", notifier, Notifier::stopping);
      assertEquals(0, receiver.finish().size());
    }
  }

  private static void says(
      ChildProcess receiver, String expected, Notifier notifier, Consumer<Notifier> message) {
    message.accept(notifier);
    assertEquals(expected, receiver.readLine());
  }

  @Test
  void withoutASocketNothingIsSent() {
    Notifier none = Notifier.of(Map.of(), PID);
    assertFalse(none.isPresent());
    none.ready();
    assertEquals(Optional.empty(), none.watchdogInterval());
    assertFalse(notifier("").isPresent());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/nowhere/notify", "@nobody-listens-there", "vsock:2:1234", "x"})
  void whatCannotBeSentIsNoFailure(String socket) {
    Notifier notifier = notifier(socket);
    notifier.ready();
    notifier.stopping();
  }

  @Test
  void aNameTooLongIsNoFailure() {
    notifier("/" + "x".repeat(200)).ready();
  }

  @Test
  void tellsTheWatchdogsIntervalIfItIsMeant() {
    assertEquals(Optional.of(Duration.ofSeconds(2)), interval(Map.of("WATCHDOG_USEC", "2000000")));
    assertEquals(
        Optional.of(Duration.ofSeconds(2)),
        interval(Map.of("WATCHDOG_USEC", "2000000", "WATCHDOG_PID", Long.toString(PID))));
    assertEquals(
        Optional.empty(), interval(Map.of("WATCHDOG_USEC", "2000000", "WATCHDOG_PID", "1")));
    assertEquals(Optional.empty(), interval(Map.of("WATCHDOG_USEC", "0")));
    assertEquals(Optional.empty(), interval(Map.of("WATCHDOG_USEC", "soon")));
  }

  private static Optional<Duration> interval(Map<String, String> environment) {
    return Notifier.of(environment, PID).watchdogInterval();
  }
}

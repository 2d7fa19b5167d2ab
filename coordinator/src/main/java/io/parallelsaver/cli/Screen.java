package io.parallelsaver.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.TerminalBuilder;
import org.jline.terminal.TerminalBuilder.SystemOutput;
import org.jline.utils.AttributedString;
import org.jline.utils.InfoCmp.Capability;
import org.jline.utils.NonBlockingReader;

/** All of a terminal, for text that is drawn again and again until somebody presses q. It leaves the terminal as it was. */
final class Screen {
  private static final int INTERRUPTED = 128 + 2;

  /** How late a signal is seen at most. */
  private static final long LOOK_MILLIS = 100;

  private static final int COLUMNS = 80;
  private static final int ROWS = 24;
  private static final int NOTHING_PRESSED = NonBlockingReader.READ_EXPIRED;
  private static final int END = -1;

  private final Terminal terminal;
  private final Thread restoration = new Thread(this::leave, "parallel-saver-screen");
  private volatile boolean interrupted;
  private volatile boolean resized;

  private Screen(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Empty if standard input and output are no terminal. */
  static Optional<Screen> open() {
    try {
      // stty(1) needs no native library, which would have to be unpacked first.
      Terminal terminal = TerminalBuilder.builder()
          .provider(TerminalBuilder.PROP_PROVIDER_EXEC)
          .systemOutput(SystemOutput.SysOut)
          .dumb(false)
          .nativeSignals(true)
          .build();
      return Optional.of(new Screen(terminal));
    } catch (IOException | IllegalStateException e) {
      return Optional.empty();
    }
  }

  /**
   * Draws until q is pressed, input ends, or Ctrl-C.
   *
   * @param lines what to draw; what has no room is cut off
   * @param interval time from one drawing to the next
   * @return exit code
   */
  int show(Supplier<List<String>> lines, Duration interval) {
    try (terminal) {
      terminal.handle(Signal.INT, signal -> interrupted = true);
      terminal.handle(Signal.WINCH, signal -> resized = true);
      terminal.enterRawMode();
      Runtime.getRuntime().addShutdownHook(restoration);
      try {
        terminal.puts(Capability.enter_ca_mode);
        terminal.puts(Capability.cursor_invisible);
        do {
          resized = false;
          draw(lines.get());
        } while (goesOn(System.nanoTime() + interval.toNanos()));
      } finally {
        leave();
        keepNoHook();
      }
      return interrupted ? INTERRUPTED : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for its time; false if somebody wants an end before. */
  private boolean goesOn(long until) throws IOException {
    while (!resized) {
      long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
      if (left <= 0) {
        return true;
      }
      int key = terminal.reader().read(Math.min(left, LOOK_MILLIS));
      if (interrupted || key == 'q' || key == 'Q' || key == END) {
        return false;
      } else if (key != NOTHING_PRESSED) {
        return true;
      }
    }
    return true;
  }

  private void draw(List<String> lines) {
    // A terminal may not know its size.
    int columns = terminal.getWidth() > 0 ? terminal.getWidth() : COLUMNS;
    int rows = terminal.getHeight() > 1 ? terminal.getHeight() : ROWS;
    terminal.puts(Capability.cursor_home);
    int shown = Math.min(lines.size(), rows - 1);
    for (String line : lines.subList(0, shown)) {
      terminal.writer().print(cut(line, columns));
      terminal.puts(Capability.clr_eol);
      terminal.writer().print("\r\n");
    }
    int hidden = lines.size() - shown;
    terminal
        .writer()
        .print(cut(hidden > 0 ? "q quits; " + hidden + " more lines" : "q quits", columns));
    terminal.puts(Capability.clr_eol);
    terminal.puts(Capability.clr_eos);
    terminal.flush();
  }

  /** By the columns that characters take. */
  private static String cut(String line, int columns) {
    return new AttributedString(line).columnSubSequence(0, columns).toString();
  }

  private synchronized void leave() {
    terminal.puts(Capability.cursor_normal);
    terminal.puts(Capability.exit_ca_mode);
    terminal.flush();
  }

  private void keepNoHook() {
    try {
      Runtime.getRuntime().removeShutdownHook(restoration);
    } catch (IllegalStateException e) {
      // The JVM is going down, and leaves it once more.
    }
  }
}

package io.parallelsaver.cli;

import io.parallelsaver.pool.ProgressListener;
import java.io.PrintWriter;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar that appears when a call takes longer than people like to wait in the dark. */
final class Progress implements ProgressListener, AutoCloseable {
  private static final int UPDATE_MILLIS = 200;

  private final String task;
  private final PrintWriter to;
  private final int columns;
  private final long showAt;
  private Console console;
  private ProgressBar bar;
  private boolean closed;

  /**
   * @param columns width of the terminal; 0 for no bar at all
   * @param patienceNanos time until the bar appears
   */
  Progress(String task, PrintWriter to, int columns, long patienceNanos) {
    this.task = task;
    this.to = to;
    this.columns = columns;
    this.showAt = System.nanoTime() + patienceNanos;
  }

  static Progress none() {
    return new Progress("", null, 0, 0);
  }

  @Override
  public synchronized void progress(long done, long total) {
    if (closed || columns == 0) {
      return;
    }
    if (bar == null) {
      if (done >= total || System.nanoTime() - showAt < 0) {
        return;
      }
      bar = open(total);
    }
    bar.maxHint(total).stepTo(Math.min(done, total));
  }

  private ProgressBar open(long total) {
    console = new Console(to, columns - 1);
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setInitialMax(total)
        .setUnit(" MiB", 1 << 20)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(UPDATE_MILLIS)
        .showSpeed()
        .setConsumer(console)
        .build();
  }

  /** The library's own console would open a terminal, and with it native code and signal handlers. */
  private static final class Console extends DelegatingProgressBarConsumer {
    private final PrintWriter to;
    private boolean ended;

    Console(PrintWriter to, int columns) {
      super(line -> {}, columns);
      this.to = to;
    }

    @Override
    public void accept(String line) {
      show('\r' + line, false);
    }

    @Override
    public void close() {
      show(System.lineSeparator(), true);
    }

    /** An update may come late, from a thread of the library's: the line is over then. */
    private synchronized void show(String text, boolean last) {
      if (!ended) {
        to.print(text);
        to.flush();
        ended = last;
      }
    }
  }

  @Override
  public void close() {
    ProgressBar shown;
    synchronized (this) {
      closed = true;
      shown = bar;
    }
    if (shown != null) {
      shown.close();
      // The library may have failed to say so, when two of its threads were at it.
      console.close();
    }
  }
}

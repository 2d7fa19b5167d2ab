package io.parallelsaver;

import io.parallelsaver.jfr.CallEvent;
import io.parallelsaver.jfr.FlightRecording;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.shm.CallKind;
import io.parallelsaver.shm.ErrorKind;
import io.parallelsaver.shm.RunStatus;
import java.nio.file.Path;
import java.util.function.Function;

/** One call as those see it who look on: in the run's status file, and in the flight recording if there is one. */
final class Watched implements ProgressListener {
  private final RunStatus status;
  private final ProgressListener listener;
  private long bytes;
  private int arrays;

  private Watched(RunStatus status, ProgressListener listener) {
    this.status = status;
    this.listener = listener;
  }

  /**
   * Does a call.
   *
   * @param target what it writes, or, where it writes nothing, what it reads
   * @param listener is told of its progress, too
   */
  static <T> T call(
      RunStatus status,
      CallKind kind,
      Path target,
      ProgressListener listener,
      Function<ProgressListener, T> call) {
    return FlightRecording.isOn()
        ? recorded(status, kind, target, listener, call)
        : new Watched(status, listener).run(kind, target, call);
  }

  private static <T> T recorded(
      RunStatus status,
      CallKind kind,
      Path target,
      ProgressListener listener,
      Function<ProgressListener, T> call) {
    CallEvent event = new CallEvent(kind.label(), target.toString());
    Watched watched = new Watched(status, listener);
    String outcome = "done";
    try {
      return watched.run(kind, target, call);
    } catch (RuntimeException | Error e) {
      outcome = ErrorKind.of(e).label();
      throw e;
    } finally {
      event.ended(watched.arrays, watched.bytes, outcome);
    }
  }

  private <T> T run(CallKind kind, Path target, Function<ProgressListener, T> call) {
    status.callBegan(kind, target);
    try {
      T result = call.apply(this);
      status.callEnded();
      return result;
    } catch (RuntimeException | Error e) {
      status.callFailed(e);
      throw e;
    }
  }

  @Override
  public void progress(long done, long total) {
    bytes = done;
    status.bytes(done, total);
    listener.progress(done, total);
  }

  @Override
  public void arrays(int done, int total) {
    arrays = total;
    status.arrays(done, total);
    listener.arrays(done, total);
  }
}

package io.parallelsaver.watch;

import com.fasterxml.jackson.core.JsonGenerator;
import io.parallelsaver.shm.CallKind;
import io.parallelsaver.shm.Counters;
import io.parallelsaver.shm.ErrorKind;
import io.parallelsaver.shm.RunView;
import io.parallelsaver.shm.StatusReading;
import io.parallelsaver.shm.StatusReading.Call;
import io.parallelsaver.shm.WorkerRow;
import io.parallelsaver.watch.RequestList.Request;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** Figures as JSON. Times are in ISO 8601 and UTC, sizes in bytes. */
public final class FiguresJson {
  private static final int MOST_REQUESTS = 100;

  private FiguresJson() {}

  /** Writes a member "runs" of the current object. */
  public static void runs(JsonGenerator out, List<RunView> runs) throws IOException {
    out.writeArrayFieldStart("runs");
    for (RunView run : runs) {
      run(out, run);
    }
    out.writeEndArray();
  }

  private static void run(JsonGenerator out, RunView run) throws IOException {
    out.writeStartObject();
    out.writeStringField("run", run.path().toString());
    out.writeNumberField("pid", run.pid());
    out.writeStringField("user", run.user());
    out.writeBooleanField("live", run.live());
    if (run.status().isPresent()) {
      status(out, run.status().get());
    } else {
      out.writeStringField("problem", run.problem());
    }
    out.writeArrayFieldStart("workers");
    for (WorkerRow worker : run.workers()) {
      worker(out, worker);
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  private static void status(JsonGenerator out, StatusReading status) throws IOException {
    time(out, "began", status.began());
    time(out, "seen", status.seen());
    if (status.call().isPresent()) {
      call(out, status.call().get());
    }
    out.writeNumberField("jobs_outstanding", status.jobsOut());
    out.writeNumberField("arena_slots", status.arenaSlots());
    out.writeNumberField("arena_slots_used", status.arenaSlotsUsed());
    counters(out, status.counters());
    if (!status.lastError().isEmpty()) {
      out.writeStringField("last_error", status.lastError());
      time(out, "last_error_at", status.lastErrorAt());
    }
  }

  private static void call(JsonGenerator out, Call call) throws IOException {
    out.writeObjectFieldStart("call");
    out.writeStringField("kind", call.kind().label());
    out.writeStringField("target", call.target());
    out.writeBooleanField("under_way", call.underWay());
    time(out, "began", call.began());
    if (!call.underWay()) {
      time(out, "ended", call.ended());
    }
    out.writeNumberField("bytes_done", call.bytesDone());
    out.writeNumberField("bytes_total", call.bytesTotal());
    out.writeNumberField("arrays_done", call.arraysDone());
    out.writeNumberField("arrays_total", call.arraysTotal());
    out.writeEndObject();
  }

  /** Writes a member "totals" of the current object. */
  static void counters(JsonGenerator out, Counters counters) throws IOException {
    out.writeObjectFieldStart("totals");
    out.writeNumberField("bytes_written", counters.bytesWritten());
    out.writeNumberField("bytes_read", counters.bytesRead());
    out.writeNumberField("jobs", counters.jobCount());
    out.writeNumberField("job_seconds", counters.jobNanos() / 1e9);
    out.writeNumberField("worker_restarts", counters.workersReplaced());
    out.writeObjectFieldStart("calls");
    for (CallKind kind : CallKind.values()) {
      out.writeObjectFieldStart(kind.label());
      out.writeNumberField("done", counters.callsDone()[kind.ordinal()]);
      out.writeNumberField("failed", counters.callsFailed()[kind.ordinal()]);
      out.writeEndObject();
    }
    out.writeEndObject();
    out.writeObjectFieldStart("errors");
    for (ErrorKind kind : ErrorKind.values()) {
      out.writeNumberField(kind.label(), counters.errors()[kind.ordinal()]);
    }
    out.writeEndObject();
    out.writeEndObject();
  }

  private static void worker(JsonGenerator out, WorkerRow worker) throws IOException {
    out.writeStartObject();
    out.writeNumberField("seat", worker.seat());
    out.writeNumberField("worker", worker.worker());
    out.writeNumberField("pid", worker.pid());
    out.writeStringField("state", worker.state().name().toLowerCase(Locale.ROOT));
    if (worker.state() == WorkerRow.State.BUSY) {
      out.writeNumberField("call", worker.call());
      out.writeNumberField("job", worker.job());
    }
    out.writeNumberField("jobs", worker.jobs());
    out.writeNumberField("bytes", worker.bytes());
    out.writeEndObject();
  }

  /** Writes a member "requests" of the current object: the first hundred. */
  static void requests(JsonGenerator out, List<Request> requests) throws IOException {
    out.writeArrayFieldStart("requests");
    for (Request request : requests.subList(0, Math.min(MOST_REQUESTS, requests.size()))) {
      out.writeStartObject();
      out.writeStringField("id", request.id());
      out.writeStringField("kind", request.kind());
      out.writeStringField("state", request.state().label());
      out.writeStringField("target", request.target());
      time(out, "submitted", request.submitted());
      if (request.began().isPresent()) {
        time(out, "began", request.began().get());
      }
      if (request.ended().isPresent()) {
        time(out, "ended", request.ended().get());
      }
      out.writeNumberField("bytes_done", request.bytesDone());
      out.writeNumberField("bytes_total", request.bytesTotal());
      if (!request.error().isEmpty()) {
        out.writeStringField("error", request.error());
      }
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  static void time(JsonGenerator out, String name, Instant time) throws IOException {
    out.writeStringField(name, time.toString());
  }
}

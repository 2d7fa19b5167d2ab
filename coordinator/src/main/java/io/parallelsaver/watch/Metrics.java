package io.parallelsaver.watch;

import com.sun.net.httpserver.HttpHandler;
import io.parallelsaver.shm.CallKind;
import io.parallelsaver.shm.Counters;
import io.parallelsaver.shm.ErrorKind;
import io.parallelsaver.shm.WorkerRow;
import io.parallelsaver.watch.Lookout.Look;
import io.prometheus.metrics.exporter.httpserver.MetricsHandler;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;

/**
 * Figures for Prometheus. All counting was done before, in the runs' status files: this only translates. Labels have few values, all
 * known here. The one class that needs Prometheus's client.
 */
final class Metrics implements MultiCollector {
  static final String PREFIX = "parallel_saver_";

  private final Lookout lookout;

  private Metrics(Lookout lookout) {
    this.lookout = lookout;
  }

  /** Answers a scrape. */
  static HttpHandler handler(Lookout lookout) {
    PrometheusRegistry registry = new PrometheusRegistry();
    registry.register(new Metrics(lookout));
    return new MetricsHandler(registry);
  }

  @Override
  public MetricSnapshots collect() {
    try {
      Look look = lookout.look();
      MetricSnapshots.Builder all = MetricSnapshots.builder();
      counters(all, look.totals());
      jobTimes(all, look.totals());
      gauges(all, look);
      requests(all, look);
      return all.build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void counters(MetricSnapshots.Builder all, Counters totals) {
    all.metricSnapshot(counter(
        "bytes_written",
        "Bytes of arrays moved by saves, conversions and repairs",
        totals.bytesWritten()));
    all.metricSnapshot(counter(
        "bytes_read", "Bytes of arrays moved by restores and verifications", totals.bytesRead()));
    all.metricSnapshot(counter("jobs", "Jobs answered by workers", totals.jobCount()));
    all.metricSnapshot(counter(
        "worker_restarts", "Workers that died and were replaced", totals.workersReplaced()));
    CounterSnapshot.Builder calls =
        CounterSnapshot.builder().name(PREFIX + "calls").help("Calls that have ended");
    for (CallKind kind : CallKind.values()) {
      calls.dataPoint(call(kind, "done", totals.callsDone()));
      calls.dataPoint(call(kind, "failed", totals.callsFailed()));
    }
    all.metricSnapshot(calls.build());
    CounterSnapshot.Builder errors = CounterSnapshot.builder()
        .name(PREFIX + "errors")
        .help("Calls that have failed, by who must do something");
    for (ErrorKind kind : ErrorKind.values()) {
      errors.dataPoint(CounterDataPointSnapshot.builder()
          .labels(Labels.of("kind", kind.label()))
          .value(totals.errors()[kind.ordinal()])
          .build());
    }
    all.metricSnapshot(errors.build());
  }

  private static CounterDataPointSnapshot call(CallKind kind, String outcome, long[] counts) {
    return CounterDataPointSnapshot.builder()
        .labels(Labels.of("kind", kind.label(), "outcome", outcome))
        .value(counts[kind.ordinal()])
        .build();
  }

  private static CounterSnapshot counter(String name, String help, long value) {
    return CounterSnapshot.builder()
        .name(PREFIX + name)
        .help(help)
        .dataPoint(CounterDataPointSnapshot.builder().value(value).build())
        .build();
  }

  private static void jobTimes(MetricSnapshots.Builder all, Counters totals) {
    ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
    for (int bin = 0; bin < totals.jobs().length; bin++) {
      buckets.bucket(Counters.jobSeconds(bin), totals.jobs()[bin]);
    }
    all.metricSnapshot(HistogramSnapshot.builder()
        .name(PREFIX + "job_seconds")
        .help("Time a worker took for a job")
        .dataPoint(HistogramDataPointSnapshot.builder()
            .classicHistogramBuckets(buckets.build())
            .sum(totals.jobNanos() / 1e9)
            .build())
        .build());
  }

  private static void gauges(MetricSnapshots.Builder all, Look look) {
    all.metricSnapshot(gauge("jobs_outstanding", "Jobs sent and not answered", look.jobsOut()));
    all.metricSnapshot(gauge("calls_running", "Calls under way", look.calls()));
    all.metricSnapshot(gauge("arena_slots", "Slots for staged bytes", look.arenaSlots()));
    all.metricSnapshot(
        gauge("arena_slots_used", "Slots for staged bytes in use", look.arenaSlotsUsed()));
    all.metricSnapshot(gauge(
        "shared_memory_bytes",
        "Size of the file system of shared memory",
        look.space().total()));
    all.metricSnapshot(gauge(
        "shared_memory_free_bytes",
        "Bytes still to be had in shared memory",
        look.space().free()));
    GaugeSnapshot.Builder workers =
        GaugeSnapshot.builder().name(PREFIX + "workers").help("Worker processes");
    for (WorkerRow.State state : WorkerRow.State.values()) {
      workers.dataPoint(state(state.name().toLowerCase(Locale.ROOT), look.workers(state)));
    }
    all.metricSnapshot(workers.build());
    all.metricSnapshot(GaugeSnapshot.builder()
        .name(PREFIX + "runs")
        .help("Coordinators, those too that are dead and not cleaned up after")
        .dataPoint(state("live", look.runs().size() - look.dead()))
        .dataPoint(state("dead", look.dead()))
        .build());
  }

  private static void requests(MetricSnapshots.Builder all, Look look) {
    GaugeSnapshot.Builder requests = GaugeSnapshot.builder()
        .name(PREFIX + "requests")
        .help("Requests that are known to the coordinator");
    for (RequestList.State state : RequestList.State.values()) {
      long count =
          look.requests().stream().filter(each -> each.state() == state).count();
      requests.dataPoint(state(state.label(), count));
    }
    all.metricSnapshot(requests.build());
  }

  private static GaugeSnapshot gauge(String name, String help, double value) {
    return GaugeSnapshot.builder()
        .name(PREFIX + name)
        .help(help)
        .dataPoint(GaugeDataPointSnapshot.builder().value(value).build())
        .build();
  }

  private static GaugeDataPointSnapshot state(String state, long value) {
    return GaugeDataPointSnapshot.builder()
        .labels(Labels.of("state", state))
        .value(value)
        .build();
  }
}

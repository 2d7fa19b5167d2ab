package io.parallelsaver.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.parallelsaver.pool.WorkerShare;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a demo has measured: seconds of each step in each round, ours and NumPy's. */
final class DemoResult {
  /** What is measured. */
  enum Step {
    SAVE_SYNC("save, until it is on the device"),
    SAVE("save, without waiting for that"),
    RESTORE("restore"),
    VERIFY("verify");

    private final String text;

    Step(String text) {
      this.text = text;
    }
  }

  private final DemoSize size;
  private final NumPyPeer numpy;
  private final Map<Step, List<Double>> ours = new EnumMap<>(Step.class);
  private final Map<Step, List<Double>> theirs = new EnumMap<>(Step.class);
  private List<WorkerShare> workers = List.of();

  DemoResult(DemoSize size, NumPyPeer numpy) {
    this.size = size;
    this.numpy = numpy;
  }

  /**
   * @param theirs NumPy's seconds; not a number if it does not do this
   */
  void add(Step step, double ours, double theirs) {
    this.ours.computeIfAbsent(step, key -> new ArrayList<>()).add(ours);
    this.theirs.computeIfAbsent(step, key -> new ArrayList<>()).add(theirs);
  }

  /** What the workers did for the last save. */
  void workers(List<WorkerShare> shares) {
    workers = shares;
  }

  double last(Step step) {
    List<Double> seconds = ours.get(step);
    return seconds.get(seconds.size() - 1);
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  void print(PrintWriter out) {
    String peer = numpy.version() == null ? "" : numpy.version();
    String rounds = Summary.count(ours.get(Step.RESTORE).size(), "round");
    List<String> headings = List.of("median of " + rounds, "parallel-saver", "", peer, "");
    List<List<String>> rows = ours.keySet().stream().map(this::row).toList();
    Table table = new Table("lrrrr", headings);
    rows.forEach(table::measure);
    out.println();
    table.print(out, headings);
    rows.forEach(row -> table.print(out, row));
    out.println();
    for (WorkerShare share : workers) {
      out.printf(
          Locale.ROOT,
          "worker %d (pid %d) did %d jobs of the last save: %s%n",
          share.worker(),
          share.pid(),
          share.jobs(),
          ByteSize.text(share.bytes()));
    }
    out.println(
        numpy.missing() == null
            ? numpy.version() + " has loaded our archive: all arrays equal"
            : numpy.missing());
    out.flush();
  }

  private List<String> row(Step step) {
    double our = median(ours.get(step));
    double their = median(theirs.get(step));
    return List.of(
        step.text,
        seconds(our),
        ByteSize.speed(size.bytes(), our),
        seconds(their),
        Double.isNaN(their) ? "" : ByteSize.speed(size.bytes(), their));
  }

  private static String seconds(double seconds) {
    return Double.isNaN(seconds) ? "" : String.format(Locale.ROOT, "%.3f s", seconds);
  }

  /** As members of the current object; seconds are medians. */
  void json(JsonGenerator out) throws IOException {
    out.writeNumberField("bytes", size.bytes());
    out.writeNumberField("arrays", size.count());
    out.writeNumberField("rounds", ours.get(Step.RESTORE).size());
    out.writeBooleanField("equal", true);
    out.writeObjectFieldStart("seconds");
    medians(out, ours);
    out.writeEndObject();
    if (numpy.version() == null) {
      out.writeNullField("numpy");
    } else {
      out.writeObjectFieldStart("numpy");
      out.writeStringField("version", numpy.version().substring("NumPy ".length()));
      out.writeObjectFieldStart("seconds");
      medians(out, theirs);
      out.writeEndObject();
      out.writeEndObject();
    }
    Json.workers(out, workers);
  }

  private static void medians(JsonGenerator out, Map<Step, List<Double>> all) throws IOException {
    for (Map.Entry<Step, List<Double>> entry : all.entrySet()) {
      double median = median(entry.getValue());
      if (!Double.isNaN(median)) {
        out.writeNumberField(entry.getKey().name().toLowerCase(Locale.ROOT), median);
      }
    }
  }
}

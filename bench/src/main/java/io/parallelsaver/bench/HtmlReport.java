package io.parallelsaver.bench;

import static io.parallelsaver.bench.TextReport.number;

import io.parallelsaver.cli.ByteSize;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The outcome as one HTML page with plots, which needs nothing else. */
final class HtmlReport {
  private HtmlReport() {}

  static String of(Outcome outcome) {
    return template()
        .replace("{{summary}}", Plot.escape(summary(outcome)))
        .replace("{{ratios}}", ratios(outcome.results()))
        .replace("{{seconds}}", seconds(outcome.results()))
        .replace("{{works}}", works(outcome.results()))
        .replace("{{leftOut}}", leftOut(outcome.leftOut()))
        .replace("{{limits}}", limits(outcome))
        .replace("{{machine}}", facts(outcome.machine()));
  }

  private static String template() {
    try (InputStream in = HtmlReport.class.getResourceAsStream("report.html")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String summary(Outcome outcome) {
    long faster =
        outcome.results().stream().filter(each -> each.ratio().median() >= 1).count();
    return "As fast as the peer or faster in " + faster + " of "
        + outcome.results().size()
        + " works; " + ByteSize.text(outcome.limitBytes()) + " of arrays, " + Scale.WORKERS
        + " workers.";
  }

  private static String ratios(List<Result> results) {
    List<Double> values = new ArrayList<>(List.of(0.5, 2.0));
    results.forEach(
        each -> values.addAll(List.of(each.ratio().min(), each.ratio().max())));
    LogScale scale = LogScale.over(values, 2, Plot.LEFT, Plot.RIGHT);
    Plot plot = new Plot("The peer's time by ours", scale, 1, HtmlReport::times, results.size());
    for (Result each : results) {
      Spread ratio = each.ratio();
      plot.row(each.work(), "vs " + each.peer(), number("%.2f", ratio.median()) + "×");
      plot.bar(ratio.median() >= 1 ? "faster" : "slower", scale.at(1), scale.at(ratio.median()));
      plot.whisker(scale.at(ratio.min()), scale.at(ratio.max()));
    }
    return plot.svg();
  }

  /** A power of two as people say it. */
  private static String times(double value) {
    return value >= 1 ? Math.round(value) + "×" : "1/" + Math.round(1 / value) + "×";
  }

  private static String seconds(List<Result> results) {
    List<Double> values = results.stream()
        .flatMap(each -> Stream.of(each.ours().median(), each.theirs().median()))
        .toList();
    LogScale scale = LogScale.over(values, 10, Plot.LEFT, Plot.RIGHT);
    Plot plot =
        new Plot("Seconds, medians", scale, Double.NaN, value -> value + " s", results.size());
    for (Result each : results) {
      double ours = each.ours().median();
      double theirs = each.theirs().median();
      plot.row(
          each.work(), "vs " + each.peer(), number("%.3f", ours) + " / " + number("%.3f", theirs));
      plot.connection(scale.at(ours), scale.at(theirs));
      plot.dot("peer", scale.at(theirs));
      plot.dot("ours", scale.at(ours));
    }
    return plot.svg();
  }

  private static String works(List<Result> results) {
    return results.stream().map(HtmlReport::work).collect(Collectors.joining("\n"));
  }

  private static String work(Result result) {
    CpuTime cpu = result.cpuPerGib();
    Spread ratio = result.ratio();
    String range = number("%.2f", ratio.min()) + " – " + number("%.2f", ratio.max());
    return "<tr><th scope=\"row\">" + Plot.escape(result.work()) + "<small>"
        + Plot.escape(result.how()) + "</small></th>" + cell("text", result.peer())
        + cell("", number("%.2f", ratio.median()))
        + cell("", range)
        + cell("", Integer.toString(result.pairs().size()))
        + cell("", number("%.3f", result.ours().median()))
        + cell("", number("%.3f", result.theirs().median()))
        + cell("", number("%.2f", cpu.coordinator()))
        + cell("", number("%.2f", cpu.workers()))
        + cell("", ByteSize.text(result.peakMemory()))
        + "</tr>";
  }

  private static String cell(String style, String text) {
    return "<td class=\"" + style + "\">" + Plot.escape(text) + "</td>";
  }

  private static String leftOut(Map<String, String> works) {
    if (works.isEmpty()) {
      return "";
    }
    return "<h2>Left out</h2>\n<table class=\"facts\">" + facts(works) + "</table>";
  }

  private static String limits(Outcome outcome) {
    return outcome.limits().entrySet().stream()
        .map(each -> "<tr><th scope=\"row\">" + Plot.escape(each.getKey()) + "</th>"
            + cell("", number("%.3f", each.getValue().median()))
            + cell(
                "",
                number("%.3f", each.getValue().min()) + " – "
                    + number("%.3f", each.getValue().max()))
            + cell("", ByteSize.speed(outcome.limitBytes(), each.getValue().median()))
            + "</tr>")
        .collect(Collectors.joining("\n"));
  }

  private static String facts(Map<String, String> facts) {
    return facts.entrySet().stream()
        .map(each -> "<tr><th scope=\"row\">" + Plot.escape(each.getKey()) + "</th>"
            + cell("text", each.getValue()) + "</tr>")
        .collect(Collectors.joining("\n"));
  }
}

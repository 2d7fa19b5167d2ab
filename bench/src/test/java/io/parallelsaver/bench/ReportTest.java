package io.parallelsaver.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static final CpuTime CPU = new CpuTime(0.5, Double.NaN);
  private static final Outcome OUTCOME = new Outcome(
      List.of(
          result("save <all>", new Pair(1, 2, CPU), new Pair(1, 3, CPU)),
          result("restore all", new Pair(4, 1, CPU))),
      Map.of("not done", "no <reason>"),
      Map.of("memcpy", new Spread(0.1, 0.05, 0.2)),
      1 << 30,
      Map.of("Kernel", "Linux & more"));

  private static Result result(String work, Pair... pairs) {
    return new Result(work, "peer", "How.", 1 << 30, List.of(pairs), 3 << 20);
  }

  @Test
  void jsonHasTheAgreedMembersInTheAgreedOrder() {
    String expected = """
        [{"work":"save <all>","peer":"peer","pairs":2,"ratio_median":2.5,"ratio_min":2.0,"ratio_max":3.0,"ours_s":1.0,"peer_s":2.5},\
        {"work":"restore all","peer":"peer","pairs":1,"ratio_median":0.25,"ratio_min":0.25,"ratio_max":0.25,"ours_s":4.0,"peer_s":1.0}]""";
    assertEquals(
        expected,
        JsonReport.of(OUTCOME).replaceAll("\\s+(?=[\\[\\]{}\":])|\\s+$|(?<=[:,{\\[])\\s+", ""));
  }

  @Test
  void pageHasEverythingAndIsOnePage() {
    String page = HtmlReport.of(OUTCOME);
    for (String part : List.of(
        ">save &lt;all&gt;<",
        ">restore all<",
        ">2.50×<",
        ">0.25×<",
        "no &lt;reason&gt;",
        "memcpy",
        "Linux &amp; more",
        "prefers-color-scheme: dark",
        "class=\"faster\"",
        "class=\"slower\"",
        "faster in 1 of 2 works")) {
      assertTrue(page.contains(part), part + " is not in " + page);
    }
    assertEquals(2, page.split("<svg ", -1).length - 1);
    for (String part : List.of("{{", "<all>", "http", "src=", "NaN")) {
      assertTrue(!page.contains(part), part + " is in " + page);
    }
  }

  @Test
  void tableHasARowForEachWorkAndSaysWhatIsLeftOut() {
    StringWriter text = new StringWriter();
    TextReport.print(OUTCOME, new PrintWriter(text));
    List<String> lines = text.toString().lines().toList();
    assertEquals(
        List.of(
            "save <all>",
            "peer",
            "2",
            "2.50",
            "2.00",
            "3.00",
            "1.000",
            "2.500",
            "0.50",
            "3.00 MiB"),
        List.of(lines.get(1).strip().split("\\s{2,}")));
    assertTrue(lines.contains("left out: not done: no <reason>"), text::toString);
  }
}

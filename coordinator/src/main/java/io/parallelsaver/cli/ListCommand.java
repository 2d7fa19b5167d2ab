package io.parallelsaver.cli;

import io.parallelsaver.service.Client;
import io.parallelsaver.service.JsonText;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;

/** {@code parallel-saver list}. */
final class ListCommand implements Command, JsonOption.Carrier {
  private static final List<String> HEADINGS =
      List.of("id", "state", "accepted", "user", "request", "");

  final CommandSpec spec;
  final RunDirectoryOption run;
  final JsonOption json;

  ListCommand() {
    Syntax syntax = new Syntax(
        this,
        "list",
        "Lists the requests that the coordinator knows, in the order of their acceptance.");
    run = new RunDirectoryOption(syntax);
    json = new JsonOption(syntax);
    spec = syntax.spec();
  }

  @Override
  public CommandSpec spec() {
    return spec;
  }

  @Override
  public Integer call() {
    Map<String, Object> answer;
    try (Client client = Client.connect(run.directory)) {
      answer = client.ask("list", Map.of());
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json.wanted) {
      out.println(JsonText.write(answer));
    } else {
      print(out, (List<?>) answer.get("requests"));
    }
    return 0;
  }

  private static void print(PrintWriter out, List<?> requests) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEADINGS);
    for (Object each : requests) {
      rows.add(row((Map<?, ?>) each));
    }
    Table table = new Table("llllll", HEADINGS);
    rows.forEach(table::measure);
    rows.forEach(row -> table.print(out, row));
  }

  @SuppressWarnings("unchecked")
  private static List<String> row(Map<?, ?> shown) {
    Instant accepted = Instant.ofEpochMilli((long) shown.get("accepted"));
    return List.of(
        String.valueOf(shown.get("id")),
        String.valueOf(shown.get("state")),
        accepted.truncatedTo(ChronoUnit.SECONDS).toString(),
        String.valueOf(shown.get("user")),
        shown.get("kind") + " " + shown.get("target"),
        Shown.detail((Map<String, ?>) shown));
  }

  @Override
  public JsonOption json() {
    return json;
  }
}

package io.parallelsaver.cli;

import io.parallelsaver.service.Client;
import io.parallelsaver.service.JsonText;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code parallel-saver status}. */
@Command(name = "status", description = "Says how the coordinator is, or how far a request is.")
final class StatusCommand implements Callable<Integer>, JsonOption.Carrier {
  @Spec
  CommandSpec spec;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "ID",
      description = "A request; without one, the coordinator itself.")
  String id;

  @Mixin
  RunDirectoryOption run;

  @Mixin
  JsonOption json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Map<String, Object> answer;
    try (Client client = Client.connect(run.directory)) {
      answer = client.ask("status", id == null ? Map.of() : Map.of("id", id));
    }
    if (json.wanted) {
      out.println(JsonText.write(answer));
    } else if (id == null) {
      out.println("coordinator " + answer.get("pid") + ": " + answer.get("status"));
    } else {
      String detail = Shown.detail(answer);
      out.println(id + ": " + answer.get("state") + ", " + answer.get("kind") + " "
          + answer.get("target") + (detail.isEmpty() ? "" : ": " + detail));
    }
    return 0;
  }

  @Override
  public JsonOption json() {
    return json;
  }
}

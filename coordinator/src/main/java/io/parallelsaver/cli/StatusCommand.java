package io.parallelsaver.cli;

import io.parallelsaver.service.Client;
import io.parallelsaver.service.JsonText;
import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;

/** {@code parallel-saver status}. */
final class StatusCommand implements Command, JsonOption.Carrier {
  final CommandSpec spec;
  String id;
  final RunDirectoryOption run;
  final JsonOption json;

  StatusCommand() {
    Syntax syntax =
        new Syntax(this, "status", "Says how the coordinator is, or how far a request is.");
    syntax
        .parameter("0", "ID", String.class, value -> id = value)
        .description("A request; without one, the coordinator itself.")
        .arity("0..1");
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

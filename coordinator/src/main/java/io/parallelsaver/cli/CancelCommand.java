package io.parallelsaver.cli;

import io.parallelsaver.error.SaverException;
import io.parallelsaver.service.Client;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;

/** {@code parallel-saver cancel}. */
final class CancelCommand implements Command {
  final CommandSpec spec;
  String id;
  final RunDirectoryOption run;

  CancelCommand() {
    Syntax syntax = new Syntax(
        this,
        "cancel",
        "Cancels a request: one that waits is never begun; one at work is stopped, and nothing is left of it.",
        "What is on its way to its place already is done. The exit code is 0 if the request is cancelled now.");
    syntax
        .parameter("0", "ID", String.class, value -> id = value)
        .description("What 'parallel-saver submit' printed.");
    run = new RunDirectoryOption(syntax);
    spec = syntax.spec();
  }

  @Override
  public CommandSpec spec() {
    return spec;
  }

  @Override
  public Integer call() {
    Map<String, Object> shown;
    try (Client client = Client.connect(run.directory)) {
      shown = client.ask("cancel", Map.of("id", id));
    }
    if (!"cancelled".equals(shown.get("state"))) {
      throw new SaverException("request " + id + " is not cancelled: it is " + shown.get("state")
          + (Client.isEnd(shown) ? "" : ", and will be cancelled when it can be stopped"));
    }
    spec.commandLine().getOut().println("cancelled " + id);
    return 0;
  }
}

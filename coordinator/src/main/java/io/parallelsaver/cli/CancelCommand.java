package io.parallelsaver.cli;

import io.parallelsaver.error.SaverException;
import io.parallelsaver.service.Client;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code parallel-saver cancel}. */
@Command(
    name = "cancel",
    description = {
      "Cancels a request: one that waits is never begun; one at work is stopped, and nothing is left of it.",
      "What is on its way to its place already is done. The exit code is 0 if the request is cancelled now."
    })
final class CancelCommand implements Callable<Integer> {
  @Spec
  CommandSpec spec;

  @Parameters(index = "0", paramLabel = "ID", description = "What 'parallel-saver submit' printed.")
  String id;

  @Mixin
  RunDirectoryOption run;

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

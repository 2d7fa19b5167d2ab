package io.parallelsaver.cli;

import io.parallelsaver.SaverOptions;
import io.parallelsaver.input.SaveInput;
import io.parallelsaver.npz.Profile;
import io.parallelsaver.output.Durability;
import io.parallelsaver.service.Client;
import io.parallelsaver.service.Request;
import io.parallelsaver.service.Request.Kind;
import io.parallelsaver.service.Request.Source;
import io.parallelsaver.stored.Format;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** {@code parallel-saver submit}. */
final class SubmitCommand implements Command {
  final CommandSpec spec;

  SubmitCommand() {
    Syntax syntax = new Syntax(
        this,
        "submit",
        "Hands a request to the coordinator, and prints its id.",
        "From then on it is done, once, whatever happens to this process, the coordinator or the machine. 'parallel-saver wait ID' waits for its end.");
    syntax.examples(
        "  parallel-saver wait $(parallel-saver submit save out.npz a.npy b.npy)",
        "  parallel-saver submit save --id night-42 out.npz data/   again after a failure: it is the same request");
    syntax.subcommands("save|restore|convert", new Save(), new Restore(), new Convert());
    spec = syntax.spec();
  }

  @Override
  public CommandSpec spec() {
    return spec;
  }

  @Override
  public Integer call() {
    throw new Failures.NoCommand(spec.commandLine());
  }

  /** What all requests have. */
  static final class Submission {
    private final Syntax syntax;
    String id;
    final RunDirectoryOption run;
    final JsonOption json;

    Submission(Syntax syntax) {
      this.syntax = syntax;
      syntax
          .option("--id", "ID", String.class, value -> id = value)
          .description(
              "The request's id: letters, digits, dots, dashes and underlines. Submitted again under the same id, it is the same request. Unless given, the coordinator makes one.");
      run = new RunDirectoryOption(syntax);
      json = new JsonOption(syntax);
    }

    int submit(Request request) {
      try (Client client = Client.connect(run.directory)) {
        String accepted = client.submit(id, request);
        if (json.wanted) {
          Json.print(syntax.line().getOut(), out -> out.writeStringField("id", accepted));
        } else {
          syntax.line().getOut().println(accepted);
        }
        return 0;
      }
    }
  }

  private static Path absolute(Path path) {
    return path.toAbsolutePath();
  }

  private static List<Source> one(Path path) {
    return List.of(new Source(null, absolute(path)));
  }

  /** {@code submit save}. */
  static final class Save implements Command, JsonOption.Carrier {
    final CommandSpec spec;
    Path target;
    List<String> inputs;
    boolean positional;
    final TargetOptions to;
    final HeaderOption header;
    final Submission submission;

    Save() {
      Syntax syntax = new Syntax(this, "save", "Saves arrays, as 'parallel-saver save' does.");
      syntax
          .parameter("0", "TARGET", Path.class, value -> target = value)
          .description("The file or directory to write.");
      syntax
          .parameters("1..*", "INPUT", String.class, value -> inputs = value)
          .description("FILE.npy, NAME=FILE.npy, FILE.npz, FILE.safetensors or DIR.")
          .arity("1..*");
      syntax
          .flag("--positional", value -> positional = value)
          .description("Call the arrays arr_0, arr_1, ... in the order given.");
      to = new TargetOptions(syntax);
      header = new HeaderOption(syntax);
      submission = new Submission(syntax);
      spec = syntax.spec();
    }

    @Override
    public CommandSpec spec() {
      return spec;
    }

    @Override
    public Integer call() {
      to.check(target);
      to.refuseShards();
      List<Source> sources = new ArrayList<>();
      try {
        for (SaveInput input : SaveInput.of(inputs, positional)) {
          sources.add(new Source(input.name(), absolute(input.file())));
        }
      } catch (IllegalArgumentException e) {
        throw new ParameterException(spec.commandLine(), e.getMessage(), e);
      }
      return submission.submit(new Request(
          Kind.SAVE,
          sources,
          absolute(target),
          to.format(target),
          positional,
          null,
          to.durability,
          to.level,
          to.alignment,
          header.bytes()));
    }

    @Override
    public JsonOption json() {
      return submission.json;
    }
  }

  /** {@code submit restore}. */
  static final class Restore implements Command, JsonOption.Carrier {
    final SourceArgument source;
    Path out;
    final KeysOption keys;
    final Submission submission;
    private final CommandSpec spec;

    Restore() {
      Syntax syntax = new Syntax(
          this,
          "restore",
          "Restores arrays to .npy files, as 'parallel-saver restore' does; they are on the device when it is done.");
      source = new SourceArgument(syntax);
      syntax
          .option("--out", "DIR", Path.class, value -> out = value)
          .description("Where the files go; made if it is not there.")
          .required(true);
      keys = new KeysOption(syntax);
      submission = new Submission(syntax);
      spec = syntax.spec();
    }

    @Override
    public CommandSpec spec() {
      return spec;
    }

    @Override
    public Integer call() {
      return submission.submit(new Request(
          Kind.RESTORE,
          one(source.path()),
          absolute(out),
          Format.NPY,
          false,
          keys.keys,
          Durability.SYNC,
          SaverOptions.STORED,
          Profile.ALIGNED.alignment(),
          source.header.bytes()));
    }

    @Override
    public JsonOption json() {
      return submission.json;
    }
  }

  /** {@code submit convert}. */
  static final class Convert implements Command, JsonOption.Carrier {
    final SourceArgument source;
    Path target;
    final KeysOption keys;
    final TargetOptions to;
    final Submission submission;
    private final CommandSpec spec;

    Convert() {
      Syntax syntax = new Syntax(
          this, "convert", "Turns one format into another, as 'parallel-saver convert' does.");
      source = new SourceArgument(syntax);
      syntax
          .parameter("1", "TARGET", Path.class, value -> target = value)
          .description("The file or directory to write.");
      keys = new KeysOption(syntax);
      to = new TargetOptions(syntax);
      submission = new Submission(syntax);
      spec = syntax.spec();
    }

    @Override
    public CommandSpec spec() {
      return spec;
    }

    @Override
    public Integer call() {
      to.check(target);
      to.refuseShards();
      return submission.submit(new Request(
          Kind.CONVERT,
          one(source.path()),
          absolute(target),
          to.format(target),
          false,
          keys.keys,
          to.durability,
          to.level,
          to.alignment,
          source.header.bytes()));
    }

    @Override
    public JsonOption json() {
      return submission.json;
    }
  }
}

package io.parallelsaver.service;

import io.parallelsaver.Report;
import io.parallelsaver.Saver;
import io.parallelsaver.SaverOptions;
import io.parallelsaver.error.InputException;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.error.StorageFullException;
import io.parallelsaver.input.SaveArrays;
import io.parallelsaver.input.SaveInput;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.stored.Format;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Does requests, one after the other, in a thread of its own and with a saver of its own. */
final class Lane implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Lane.class);
  private static final long LOOK_MILLIS = 1_000;
  private static final String SUFFIX = ".npy";

  private final Ledger ledger;
  private final Admission admission;
  private final Roots roots;
  private final SaverOptions options;
  private final Thread thread;
  private final Pace pace = new Pace();
  private Saver saver;
  private SaverOptions saverOptions;
  private volatile boolean ending;
  private volatile boolean stopping;

  Lane(int number, Ledger ledger, Admission admission, Roots roots, SaverOptions options) {
    this.ledger = ledger;
    this.admission = admission;
    this.roots = roots;
    this.options = options;
    this.thread = new Thread(this::loop, "parallel-saver-lane-" + number);
  }

  /**
   * Starts its workers, and its thread.
   *
   * @throws SaverException if there is no shared memory, or no process can be started
   */
  void start() {
    saver(options);
    thread.start();
  }

  /** The one place where a saver comes from. */
  private Saver saver(SaverOptions wanted) {
    if (saver != null && !wanted.equals(saverOptions)) {
      closeSaver();
    }
    if (saver == null) {
      saver = Saver.open(wanted);
      saverOptions = wanted;
    }
    return saver;
  }

  private void closeSaver() {
    if (saver != null) {
      Saver last = saver;
      saver = null;
      last.close();
    }
  }

  private void loop() {
    while (!ending && ledger.brokenBy().isEmpty()) {
      Optional<Ticket> next = ledger.take(admission);
      if (next.isPresent()) {
        pace.begin();
        Logged.as(next.get().id(), () -> run(next.get()));
        pace.end();
      } else {
        ledger.awaitChange(LOOK_MILLIS);
      }
    }
  }

  private void run(Ticket ticket) {
    Draft draft = null;
    try {
      checkGoesOn(ticket);
      draft = Draft.prepare(roots, ticket.id(), ticket.request());
      ledger.started(ticket, draft);
      LOG.info("begins to {} {}", ticket.kind(), ticket.target());
      Outcome outcome = make(ticket, draft);
      draft.check();
      checkSources(ticket.request());
      draft.force(ticket.request().durability());
      ledger.publishing(ticket, outcome);
      draft.publish();
      ledger.end(ticket, State.DONE, 0, null);
      LOG.info(
          "done: {} arrays, {} bytes in {} s",
          outcome.arrays(),
          outcome.bytes(),
          outcome.seconds());
      remove(draft);
    } catch (StoppedException e) {
      remove(draft);
      stopped(ticket);
    } catch (RuntimeException | Error e) {
      if (ledger.brokenBy().isPresent()) {
        // The next daemon goes on from what is written.
        LOG.error("not finished: {}", e.toString());
        return;
      }
      remove(draft);
      failed(ticket, draft, e);
    }
  }

  private void stopped(Ticket ticket) {
    if (ticket.isCancelling()) {
      LOG.info("cancelled");
      ledger.end(ticket, State.CANCELLED, 1, "cancelled");
    } else {
      LOG.info("stopped, to be begun again by the next coordinator");
      ledger.stopped(ticket);
    }
  }

  private void failed(Ticket ticket, Draft draft, Throwable thrown) {
    Throwable cause = thrown;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    int exit = 1;
    String message = "unexpected failure: " + cause;
    if (cause instanceof SaverException known) {
      exit = known.exitCode();
      message = known.getMessage();
    } else {
      LOG.error("unexpected", cause);
    }
    String meant = draft == null ? message : draft.inPlace(message);
    LOG.warn("failed: {}", meant);
    if (!(cause instanceof InputException || cause instanceof StorageFullException)) {
      // Its workers may be what has failed.
      closeSaver();
    }
    ledger.end(ticket, State.FAILED, exit, meant);
  }

  private static void remove(Draft draft) {
    try {
      if (draft != null) {
        draft.remove();
      }
    } catch (IOException e) {
      LOG.warn("cannot remove {} yet: {}", draft.toMap().get("home"), e.toString());
    }
  }

  private void checkGoesOn(Ticket ticket) {
    if (stopping || ticket.isCancelling()) {
      throw new StoppedException();
    }
  }

  private Outcome make(Ticket ticket, Draft draft) {
    Request request = ticket.request();
    Path out = draft.target(request.target(), request.format());
    Saver with = saver(request.applyTo(options));
    ProgressListener progress = (done, total) -> {
      ticket.progress(done, total);
      pace.progress(done >= total);
      checkGoesOn(ticket);
    };
    with.run(() -> MDC.put(Logged.REQUEST, ticket.id()));
    try {
      Report report =
          switch (request.kind()) {
            case SAVE -> save(with, request, out, progress);
            case RESTORE ->
              Saver.await(with.restoreToDirectory(source(request), out, request.keys(), progress))
                  .report();
            case CONVERT ->
              Saver.await(
                  with.convert(source(request), out, request.format(), request.keys(), progress));
          };
      pace.progress(true);
      if (request.format() == Format.PICKLE) {
        draft.replacesPickles(report.members());
      }
      return Outcome.of(report, request.format().place(request.target()));
    } finally {
      with.run(() -> MDC.remove(Logged.REQUEST));
    }
  }

  private Report save(Saver with, Request request, Path out, ProgressListener progress) {
    List<SaveInput> inputs = new ArrayList<>();
    for (Request.Source source : request.sources()) {
      inputs.add(new SaveInput(name(source), roots.tree(source.path())));
    }
    try (SaveArrays arrays = SaveArrays.open(inputs, request.positional(), request.maxHeader())) {
      return Saver.await(with.saveAsync(out, arrays.named(), request.format(), progress));
    }
  }

  /** An array is called as its file was, not as what a link there leads to. */
  private static String name(Request.Source source) {
    String file = source.path().getFileName().toString();
    return source.name() == null
            && file.endsWith(SUFFIX)
            && file.length() > SUFFIX.length()
            && Files.isSymbolicLink(source.path())
            && Files.isRegularFile(source.path())
        ? file.substring(0, file.length() - SUFFIX.length())
        : source.name();
  }

  private Path source(Request request) {
    return roots.tree(request.sources().get(0).path());
  }

  /** What led below a root when it was opened must do so still: it was opened by its name. */
  private void checkSources(Request request) {
    for (Request.Source source : request.sources()) {
      if (Files.exists(source.path())) {
        roots.tree(source.path());
      }
    }
  }

  /** No other request is begun. */
  void endSoon() {
    ending = true;
  }

  /** What is under way stops, unless its result goes to its place already. */
  void stop() {
    stopping = true;
  }

  Pace pace() {
    return pace;
  }

  boolean isAtWork() {
    return thread.isAlive();
  }

  /** Ends the workers. The thread must have ended. */
  @Override
  public void close() {
    closeSaver();
  }
}

package io.parallelsaver.pool;

import io.parallelsaver.resident.Answer;
import io.parallelsaver.resident.Connection;
import io.parallelsaver.resident.Greeting;
import io.parallelsaver.resident.Invitation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker that was there before, and works for others too. The connection is its lifeline, and ours: the kernel closes a dead process's
 * files when its last thread is gone, and with them the connection.
 */
final class ResidentLink implements Link {
  private static final End DIED = new End(End.Kind.DIED, "died; its service's log says more");

  private final Path socket;
  private final Connection connection;
  private final CompletableFuture<Answer> greeted = new CompletableFuture<>();
  private final CompletableFuture<End> end = new CompletableFuture<>();

  private ResidentLink(Path socket, Connection connection) {
    this.socket = socket;
    this.connection = connection;
  }

  /** Greets whoever listens at a socket, and waits for nothing: a worker that stands still does not even receive. */
  static ResidentLink to(Path socket) throws IOException {
    ResidentLink link = new ResidentLink(socket, Connection.open());
    Thread thread = new Thread(link::listen, "parallel-saver-resident-" + socket.getFileName());
    thread.setDaemon(true);
    thread.start();
    return link;
  }

  private void listen() {
    Answer last = null;
    try {
      connection.connect(socket);
      connection.send(new Greeting());
      for (Answer next = connection.receiveAnswer();
          next != null;
          next = connection.receiveAnswer()) {
        last = next;
        greeted.complete(next);
      }
    } catch (IOException e) {
      // Nobody is there any more, or not yet.
      log().debug("connection to {} lost: {}", socket, e.toString());
    }
    end.complete(end(last));
    greeted.complete(null);
    close();
  }

  /** What the worker says first; null if nobody is there. */
  CompletableFuture<Answer> greeted() {
    return greeted;
  }

  /** Lets a worker that is willing come. */
  void invite(Invitation invitation) {
    try {
      connection.send(invitation);
    } catch (IOException e) {
      log().debug("worker at {} is gone: {}", socket, e.toString());
    }
  }

  private static End end(Answer last) {
    if (last == null) {
      return DIED;
    }
    return switch (last.kind()) {
      case WILLING -> DIED;
      case LEAVING -> new End(End.Kind.LEFT, "left");
      case FULL -> new End(End.Kind.FULL, "found no room: " + last.text());
      default -> new End(End.Kind.DIED, "failed: " + last.text());
    };
  }

  /** Ends a connection that nobody was invited through, or that has ended. */
  void close() {
    try {
      connection.close();
    } catch (IOException e) {
      log().debug("cannot close the connection to {}: {}", socket, e.toString());
    }
  }

  @Override
  public long pid() {
    return greeted.join().pid();
  }

  @Override
  public boolean isAlive() {
    return !end.isDone();
  }

  @Override
  public long processorTime() {
    return ProcessHandle.of(pid())
        .flatMap(process -> process.info().totalCpuDuration())
        .map(Duration::toNanos)
        .orElse(0L);
  }

  @Override
  public void wake() {
    try {
      connection.wake();
    } catch (IOException e) {
      log().debug("worker at {} is gone: {}", socket, e.toString());
    }
  }

  @Override
  public void hangUp() {
    try {
      connection.hangUp();
    } catch (IOException e) {
      log().debug("worker at {} is gone: {}", socket, e.toString());
    }
  }

  @Override
  public void abandon() {
    hangUp();
  }

  /** It serves others, too; but one that stands still serves nobody, and is started again by who started it. */
  @Override
  public void kill() {
    ProcessHandle.of(pid()).ifPresent(ProcessHandle::destroyForcibly);
  }

  @Override
  public boolean awaitEnd(long millis) {
    return end.thenApply(gone -> true)
        .completeOnTimeout(false, millis, TimeUnit.MILLISECONDS)
        .join();
  }

  @Override
  public End end() {
    return end.join();
  }

  private static Logger log() {
    return LoggerFactory.getLogger(ResidentLink.class);
  }
}

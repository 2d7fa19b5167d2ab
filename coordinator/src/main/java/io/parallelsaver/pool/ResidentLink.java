package io.parallelsaver.pool;

import io.parallelsaver.error.SaverException;
import io.parallelsaver.resident.Answer;
import io.parallelsaver.resident.Connection;
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
  private final Path socket;
  private final Connection connection;
  private final long pid;
  private final CompletableFuture<End> end = new CompletableFuture<>();

  private ResidentLink(Path socket, Connection connection, long pid) {
    this.socket = socket;
    this.connection = connection;
    this.pid = pid;
  }

  /**
   * Asks a worker to come.
   *
   * @return null if nobody listens there
   * @throws SaverException if it will not
   */
  static ResidentLink invite(Path socket, Invitation invitation) {
    try {
      Connection connection = Connection.to(socket);
      try {
        connection.send(invitation);
        Answer answer = connection.receiveAnswer();
        if (answer != null && answer.kind() == Answer.Kind.COMING) {
          ResidentLink link = new ResidentLink(socket, connection, answer.pid());
          link.listen();
          return link;
        }
        connection.close();
        if (answer != null) {
          throw new SaverException("the worker at " + socket + " does not come: " + answer.text());
        }
        return null;
      } catch (IOException e) {
        connection.close();
        throw e;
      }
    } catch (IOException e) {
      // Nobody is there any more, or not yet.
      log().debug("no worker at {}: {}", socket, e.toString());
      return null;
    }
  }

  private void listen() {
    Thread thread = new Thread(this::awaitAnswer, "parallel-saver-resident-" + pid);
    thread.setDaemon(true);
    thread.start();
  }

  private void awaitAnswer() {
    Answer last = null;
    try {
      for (Answer next = connection.receiveAnswer();
          next != null;
          next = connection.receiveAnswer()) {
        last = next;
      }
    } catch (IOException e) {
      log().debug("connection to {} lost: {}", socket, e.toString());
    }
    end.complete(end(last));
    close();
  }

  private static End end(Answer last) {
    if (last == null) {
      return new End(End.Kind.DIED, "died; its service's log says more");
    }
    return switch (last.kind()) {
      case LEAVING -> new End(End.Kind.LEFT, "left");
      case FULL -> new End(End.Kind.FULL, "found no room: " + last.text());
      default -> new End(End.Kind.DIED, "failed: " + last.text());
    };
  }

  private void close() {
    try {
      connection.close();
    } catch (IOException e) {
      log().debug("cannot close the connection to {}: {}", socket, e.toString());
    }
  }

  @Override
  public long pid() {
    return pid;
  }

  @Override
  public boolean isAlive() {
    return !end.isDone();
  }

  @Override
  public long processorTime() {
    return ProcessHandle.of(pid)
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
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
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

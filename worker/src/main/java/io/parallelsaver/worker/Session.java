package io.parallelsaver.worker;

import io.parallelsaver.error.SaverException;
import io.parallelsaver.error.StorageFullException;
import io.parallelsaver.resident.Answer;
import io.parallelsaver.resident.Connection;
import io.parallelsaver.resident.Invitation;
import io.parallelsaver.resident.RefusalException;
import io.parallelsaver.shm.RunDirectory;
import io.parallelsaver.transfer.Milestone;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a resident worker does for one coordinator, on a thread of its own, from the invitation to the end of the connection. */
final class Session {
  private static final Logger LOG = LoggerFactory.getLogger(Session.class);

  private final Connection connection;
  private final Turns turns;
  private final Milestone.Listener listener;
  private boolean leaving;
  private boolean hungUp;
  private WorkerLoop loop;

  Session(Connection connection, Turns turns, Milestone.Listener listener) {
    this.connection = connection;
    this.turns = turns;
    this.listener = listener;
  }

  /** Works for the coordinator, and returns when it has gone or this worker leaves. */
  void run() {
    try (connection) {
      serve();
    } catch (IOException e) {
      LOG.warn("lost a coordinator: {}", e.toString());
    }
  }

  private void serve() throws IOException {
    Invitation invitation;
    try {
      connection.receiveGreeting();
      say(Answer.Kind.WILLING, "");
      invitation = connection.receiveInvitation();
      RunDirectory.checkOwn(invitation.run());
    } catch (RefusalException | SaverException e) {
      LOG.warn("refused a coordinator: {}", e.getMessage());
      say(Answer.Kind.REFUSED, e.getMessage());
      return;
    } catch (EOFException e) {
      LOG.debug("somebody came and went");
      return;
    } catch (AsynchronousCloseException e) {
      LOG.debug("has left before somebody wanted it");
      return;
    }
    LOG.info("works for {}", invitation.run());
    work(invitation);
  }

  private void work(Invitation invitation) {
    try {
      if (!begin(invitation)) {
        return;
      }
      Thread lifeline = new Thread(this::awaitEnd, Thread.currentThread().getName() + "-lifeline");
      lifeline.setDaemon(true);
      lifeline.start();
      try {
        loop.run();
      } finally {
        loop.leaveRun();
      }
      LOG.info("worked for {}: {} jobs, {} bytes", invitation.run(), loop.done(), loop.moved());
      say(Answer.Kind.LEAVING, "");
    } catch (StorageFullException e) {
      say(Answer.Kind.FULL, e.getMessage());
    } catch (IOException | RuntimeException | LinkageError | VirtualMachineError e) {
      if (isHungUp()) {
        // Its coordinator has died, and the run directory may have been swept in the middle of
        // whatever was done there.
        LOG.info("no longer works for {}: {}", invitation.run(), e.toString());
      } else {
        LOG.error("cannot work for {}", invitation.run(), e);
        say(Answer.Kind.FAILED, e.toString());
      }
    }
  }

  /** False if it shall end before it has begun. */
  private synchronized boolean begin(Invitation invitation) throws IOException {
    if (leaving) {
      return false;
    }
    loop = new WorkerLoop(invitation.run(), invitation.seat(), invitation.id(), listener, turns);
    return true;
  }

  /** Each byte is a call to wake up; the end of them the coordinator's end. */
  private void awaitEnd() {
    try {
      while (connection.receiveCall()) {
        loop.wake();
      }
    } catch (IOException e) {
      LOG.debug("connection lost: {}", e.toString());
    }
    synchronized (this) {
      hungUp = true;
    }
    loop.end();
  }

  private synchronized boolean isHungUp() {
    return hungUp;
  }

  /** Ends it between two jobs. Any thread may. */
  synchronized void leave() {
    leaving = true;
    if (loop != null) {
      loop.end();
      return;
    }
    // A coordinator that has not invited it yet may never do so.
    say(Answer.Kind.LEAVING, "");
    try {
      connection.close();
    } catch (IOException e) {
      LOG.debug("cannot close a connection: {}", e.toString());
    }
  }

  private void say(Answer.Kind kind, String text) {
    try {
      connection.send(new Answer(kind, ProcessHandle.current().pid(), text));
    } catch (IOException e) {
      LOG.debug("nobody hears {}: {}", kind, e.toString());
    }
  }
}

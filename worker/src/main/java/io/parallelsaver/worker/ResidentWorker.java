package io.parallelsaver.worker;

import io.parallelsaver.error.FileFailure;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.resident.Answer;
import io.parallelsaver.resident.Connection;
import io.parallelsaver.resident.Name;
import io.parallelsaver.resident.PoolDirectory;
import io.parallelsaver.transfer.Milestone;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker that stays: it listens at a socket and works for every coordinator of its user that connects, each in a {@link Session}. One job
 * is done at a time, and coordinators take turns.
 */
public final class ResidentWorker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ResidentWorker.class);

  /** Each takes three threads and a mapped queue. */
  private static final int MOST_SESSIONS = 64;

  private final Name name;
  private final Path socket;
  private final Milestone.Listener listener;
  private final Turns turns = Turns.oneByOne();
  private final Set<Session> sessions = ConcurrentHashMap.newKeySet();
  private final UserPrincipal user;
  private ServerSocketChannel server;
  private volatile boolean closed;
  private long served;

  private ResidentWorker(Name name, Path socket, UserPrincipal user, Milestone.Listener listener) {
    this.name = name;
    this.socket = socket;
    this.user = user;
    this.listener = listener;
  }

  /**
   * Takes its name; it does not listen yet.
   *
   * @param name unique in the pool
   * @throws SaverException if there is no such directory, or a worker of this name is there
   */
  public static ResidentWorker named(PoolDirectory pool, String name) {
    return named(pool, name, (milestone, job) -> {});
  }

  /** The same; tests listen to its milestones. */
  public static ResidentWorker named(
      PoolDirectory pool, String wanted, Milestone.Listener listener) {
    Path socket = pool.socket(wanted);
    Name name = Name.take(pool, wanted);
    try {
      UserPrincipal user = Files.getOwner(Path.of("/proc/self"));
      return new ResidentWorker(name, socket, user, listener);
    } catch (IOException e) {
      name.close();
      throw FileFailure.of("cannot tell whose process this is", socket, 0, e);
    }
  }

  /**
   * Begins to listen. What an earlier worker of the name has left gives way at once: at no time is there a name that nobody listens at.
   *
   * @return whether it does; false if it was closed before
   * @throws SaverException if it cannot
   */
  public synchronized boolean listen() {
    if (closed) {
      return false;
    }
    Path unnamed = socket.resolveSibling("." + socket.getFileName());
    try {
      Files.deleteIfExists(unnamed);
      server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      server.bind(UnixDomainSocketAddress.of(unnamed));
      Files.move(unnamed, socket, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (IOException e) {
      throw FileFailure.of("cannot listen at " + socket, socket, 0, e);
    }
  }

  /** Works for whoever comes, until it is closed. Call when it listens. */
  public void serve() {
    while (!closed) {
      try {
        receive(server.accept());
      } catch (AsynchronousCloseException e) {
        return;
      } catch (IOException e) {
        if (!server.isOpen()) {
          return;
        }
        throw new SaverException("cannot listen for coordinators: " + e, e);
      }
    }
  }

  private void receive(SocketChannel channel) throws IOException {
    Connection connection = new Connection(channel);
    String refusal = refusal(channel);
    if (refusal != null) {
      LOG.warn("refused a coordinator: {}", refusal);
      try (connection) {
        connection.send(new Answer(Answer.Kind.REFUSED, ProcessHandle.current().pid(), refusal));
      } catch (IOException e) {
        LOG.debug("which has gone before: {}", e.toString());
      }
      return;
    }
    Session session = new Session(connection, turns, listener);
    sessions.add(session);
    Thread thread = new Thread(() -> serve(session), "session-" + ++served);
    thread.setDaemon(true);
    thread.start();
    if (closed) {
      session.leave();
    }
  }

  private String refusal(SocketChannel channel) throws IOException {
    String peer = channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
    if (!peer.equals(user.getName())) {
      return "its workers run as user " + user.getName()
          + " and would read and write as that user; you are " + peer
          + ": hand the request to the coordinator of the service (parallel-saver submit)";
    }
    return sessions.size() >= MOST_SESSIONS
        ? "it works for " + MOST_SESSIONS
            + " coordinators already; wait for one to end, or do without --attach"
        : null;
  }

  private void serve(Session session) {
    try {
      session.run();
    } finally {
      sessions.remove(session);
    }
  }

  /** Coordinators it works for now. */
  public int coordinators() {
    return sessions.size();
  }

  /** How long it has been at one job, in nanoseconds; 0 between two. */
  public long atOneJobNanos() {
    return turns.heldNanos();
  }

  /**
   * Stops: no more coordinators are received, and those there are go on without this worker as soon as the job at hand is done.
   *
   * @param seconds how long to wait for that
   * @return whether all jobs at hand were done by then
   */
  public boolean leave(long seconds) {
    closeServer();
    sessions.forEach(Session::leave);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (!sessions.isEmpty() && System.nanoTime() < end) {
      LockSupport.parkNanos(1_000_000);
    }
    return sessions.isEmpty();
  }

  private synchronized void closeServer() {
    closed = true;
    try {
      if (server != null) {
        server.close();
      }
    } catch (IOException e) {
      LOG.warn("cannot close the socket: {}", e.toString());
    }
  }

  /** Stops, whatever goes on, and gives the name free. */
  @Override
  public void close() {
    closeServer();
    name.close();
  }
}

package io.parallelsaver.service;

import io.parallelsaver.error.FileFailure;
import io.parallelsaver.error.SaverException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens on {@code coordinator.sock}. Who may connect, the group of the run directory decides: the socket has that group and mode 0660. A
 * connection that keeps it waiting is closed, and there are only so many: more wait in the kernel's backlog.
 */
final class Server implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Server.class);
  private static final int MOST_CONNECTIONS = 256;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Path socket;
  private final ServerSocketChannel listener;
  private final Answers answers;
  private final Semaphore free = new Semaphore(MOST_CONNECTIONS);
  private final Map<SocketChannel, Long> deadlines = new ConcurrentHashMap<>();
  private final ExecutorService threads;
  private final Thread acceptor = new Thread(this::accept, "parallel-saver-acceptor");

  private Server(Path socket, ServerSocketChannel listener, Answers answers) {
    this.socket = socket;
    this.listener = listener;
    this.answers = answers;
    AtomicInteger count = new AtomicInteger();
    this.threads = Executors.newCachedThreadPool(task -> {
      Thread thread = new Thread(task, "parallel-saver-connection-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    });
  }

  /**
   * Binds the socket, in place of one that a killed daemon has left.
   *
   * @throws SaverException if another daemon listens there
   */
  static Server open(Path socket, Answers answers) {
    Path directory = socket.getParent();
    ServerSocketChannel listener = null;
    try {
      if (Files.notExists(directory)) {
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-x---"));
      }
      refuseSecond(socket);
      Files.deleteIfExists(socket);
      listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      listener.bind(UnixDomainSocketAddress.of(socket), MOST_CONNECTIONS);
      Files.getFileAttributeView(socket, PosixFileAttributeView.class)
          .setGroup(Files.readAttributes(directory, PosixFileAttributes.class).group());
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw----"));
      return new Server(socket, listener, answers);
    } catch (IOException e) {
      SaverException failure = FileFailure.of("cannot listen at " + socket, socket, 0, e);
      if (listener != null) {
        close(listener, failure);
      }
      throw failure;
    }
  }

  private static void close(ServerSocketChannel listener, Exception cause) {
    try {
      listener.close();
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private static void refuseSecond(Path socket) {
    try (SocketChannel other = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      throw new SaverException("another coordinator listens at " + other.getRemoteAddress()
          + "; end it first, or give this one a run directory of its own (--run-dir)");
    } catch (IOException e) {
      LOG.debug("nobody listens at {}: {}", socket, e.toString());
    }
  }

  void start() {
    acceptor.setDaemon(true);
    acceptor.start();
  }

  private void accept() {
    while (listener.isOpen()) {
      free.acquireUninterruptibly();
      try {
        SocketChannel channel = listener.accept();
        expectSoon(channel);
        threads.execute(() -> serve(channel));
      } catch (ClosedChannelException e) {
        LOG.debug("listens no more");
        return;
      } catch (IOException e) {
        // Such as too many open files: others are closed meanwhile.
        free.release();
        LOG.warn("cannot accept a connection: {}", e.toString());
        LockSupport.parkNanos(PATIENCE_NANOS / 100);
      }
    }
  }

  private void expectSoon(SocketChannel channel) {
    deadlines.put(channel, System.nanoTime() + PATIENCE_NANOS);
  }

  private void serve(SocketChannel channel) {
    try (channel) {
      new Conversation(channel, answers, deadline -> {
            if (deadline) {
              expectSoon(channel);
            } else {
              deadlines.remove(channel);
            }
          })
          .run();
    } catch (IOException e) {
      LOG.debug("a connection broke off: {}", e.toString());
    } finally {
      deadlines.remove(channel);
      free.release();
    }
  }

  /** Closes connections that say nothing, or do not read what they are told. */
  void closeOverdue() {
    long now = System.nanoTime();
    deadlines.forEach((channel, deadline) -> {
      if (now - deadline > 0) {
        try {
          channel.close();
        } catch (IOException e) {
          LOG.debug("cannot close a connection: {}", e.toString());
        }
      }
    });
  }

  /** Ends listening, and removes the socket. Connections that are there get their answers. */
  @Override
  public void close() {
    try {
      listener.close();
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      LOG.warn("cannot remove {}: {}", socket, e.toString());
    }
    threads.shutdown();
  }
}

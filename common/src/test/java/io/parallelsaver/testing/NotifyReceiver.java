package io.parallelsaver.testing;

/** A datagram socket in systemd's place, in a process of its own, which prints each message on a line until STOPPING. */
public final class NotifyReceiver {
  private static final String RECEIVER = """
      import socket, sys
      with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
          receiver.settimeout(30)
          receiver.bind(sys.argv[1])
          print('listens', flush=True)
          message = b''
          while message != b'STOPPING=1':
              message = receiver.recv(4096)
              print(message.decode(), flush=True)
          receiver.settimeout(0.2)
          try:
              while True:
                  receiver.recv(4096)
          except TimeoutError:
              pass
      """;

  private NotifyReceiver() {}

  /** Starts one, and returns when it listens at a path. */
  public static ChildProcess at(String socket) {
    ChildProcess receiver = ChildProcess.start(NumPy.python(), "-c", RECEIVER, socket);
    receiver.awaitLine("listens");
    return receiver;
  }
}

package io.parallelsaver.resident;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/**
 * A coordinator and a resident worker, connected by a socket of the UNIX domain. One thread may receive while another sends: the streams
 * that {@code Channels} makes of a socket keep each other waiting, on Java 17 at least.
 */
public final class Connection implements AutoCloseable {
  private final SocketChannel channel;
  private final DataInputStream in;

  public Connection(SocketChannel channel) {
    this.channel = channel;
    this.in = new DataInputStream(new Input(channel));
  }

  /** One that is not connected yet. */
  public static Connection open() throws IOException {
    return new Connection(SocketChannel.open(StandardProtocolFamily.UNIX));
  }

  /** Connects to the worker that listens at a socket. May wait for long: one that stands still receives nobody. */
  public void connect(Path socket) throws IOException {
    channel.connect(UnixDomainSocketAddress.of(socket));
  }

  private interface Message {
    void write(DataOutputStream out) throws IOException;
  }

  private void send(Message message) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    message.write(new DataOutputStream(bytes));
    send(ByteBuffer.wrap(bytes.toByteArray()));
  }

  private synchronized void send(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  public void send(Greeting greeting) throws IOException {
    send(greeting::write);
  }

  public void send(Invitation invitation) throws IOException {
    send(invitation::write);
  }

  public void send(Answer answer) throws IOException {
    send(answer::write);
  }

  /** Wakes the worker. */
  public void wake() throws IOException {
    send(ByteBuffer.allocate(1));
  }

  /**
   * Waits for a greeting.
   *
   * @throws RefusalException if it comes from another program, or another version of this one
   */
  public void receiveGreeting() throws IOException, RefusalException {
    Greeting.read(in);
  }

  /**
   * Waits for an invitation.
   *
   * @throws RefusalException if it invites to no directory
   */
  public Invitation receiveInvitation() throws IOException, RefusalException {
    return Invitation.read(in);
  }

  /** Waits for an answer; null if the worker is gone. */
  public Answer receiveAnswer() throws IOException {
    return Answer.read(in);
  }

  /** Waits for a call to wake up; false if the coordinator is gone. */
  public boolean receiveCall() throws IOException {
    return in.read() >= 0;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** Says that nothing more will be said here; what the other one says can still be heard. */
  public void hangUp() throws IOException {
    channel.shutdownOutput();
  }

  private static final class Input extends InputStream {
    private final SocketChannel channel;

    private Input(SocketChannel channel) {
      this.channel = channel;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return length == 0 ? 0 : channel.read(ByteBuffer.wrap(bytes, offset, length));
    }
  }
}

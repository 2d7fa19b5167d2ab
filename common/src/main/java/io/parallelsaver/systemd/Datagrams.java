package io.parallelsaver.systemd;

import com.kenai.jffi.ArrayFlags;
import com.kenai.jffi.Function;
import com.kenai.jffi.HeapInvocationBuffer;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.Library;
import com.kenai.jffi.Type;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Datagrams to one Unix-domain socket, which Java cannot send: {@code socket}, {@code sendto} and {@code close} of the C library. */
final class Datagrams {
  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int MSG_NOSIGNAL = 0x4000;

  /** {@code sun_family}, before the name. */
  private static final int FAMILY = 2;

  private final Invoker invoker = Invoker.getInstance();
  private final Function socket = function("socket", Type.SINT, Type.SINT, Type.SINT, Type.SINT);
  private final Function sendto = function(
      "sendto",
      Type.SLONG,
      Type.SINT,
      Type.POINTER,
      Type.ULONG,
      Type.SINT,
      Type.POINTER,
      Type.UINT);
  private final Function close = function("close", Type.SINT, Type.SINT);
  private final byte[] address;

  /**
   * @param name what follows the family in {@code sockaddr_un}: a path, or 0 and an abstract name
   */
  Datagrams(byte[] name) {
    // A path ends with a 0; of an abstract name every byte counts.
    int end = name[0] == 0 ? 0 : 1;
    this.address = ByteBuffer.allocate(FAMILY + name.length + end)
        .order(ByteOrder.nativeOrder())
        .putShort((short) AF_UNIX)
        .put(name)
        .array();
  }

  private static Function function(String name, Type returned, Type... parameters) {
    long symbol = Library.getDefault().getSymbolAddress(name);
    if (symbol == 0) {
      throw new UnsatisfiedLinkError("the C library has no " + name);
    }
    return new Function(symbol, returned, parameters);
  }

  /** Sends all of a message, or says that it could not. */
  boolean send(byte[] message) {
    HeapInvocationBuffer open = new HeapInvocationBuffer(socket);
    open.putInt(AF_UNIX);
    open.putInt(SOCK_DGRAM | SOCK_CLOEXEC);
    open.putInt(0);
    int handle = invoker.invokeInt(socket, open);
    if (handle < 0) {
      return false;
    }
    try {
      HeapInvocationBuffer out = new HeapInvocationBuffer(sendto);
      out.putInt(handle);
      out.putArray(message, 0, message.length, ArrayFlags.IN);
      out.putLong(message.length);
      out.putInt(MSG_NOSIGNAL);
      out.putArray(address, 0, address.length, ArrayFlags.IN);
      out.putInt(address.length);
      return invoker.invokeLong(sendto, out) == message.length;
    } finally {
      HeapInvocationBuffer end = new HeapInvocationBuffer(close);
      end.putInt(handle);
      invoker.invokeInt(close, end);
    }
  }
}

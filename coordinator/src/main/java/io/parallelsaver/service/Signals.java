package io.parallelsaver.service;

import java.lang.reflect.Proxy;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/**
 * Signals, before the JVM goes down of them. Looked up by name, because javac warns of the type in a way that cannot be silenced. Where there is
 * no such thing the JVM ends as it always does, and the next daemon goes on.
 */
final class Signals {
  private Signals() {}

  /** Has a signal, such as {@code TERM}, do this instead of ending the JVM; gives the exit code that says so. */
  static void handle(String name, int exit, Consumer<Integer> action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy = Proxy.newProxyInstance(
          Signals.class.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
            return switch (method.getName()) {
              case "handle" -> {
                action.accept(exit);
                yield null;
              }
              case "equals" -> self == arguments[0];
              case "hashCode" -> System.identityHashCode(self);
              default -> "handler of SIG" + name;
            };
          });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
    } catch (ReflectiveOperationException e) {
      LoggerFactory.getLogger(Signals.class)
          .debug("SIG{} ends the JVM at once: {}", name, e.toString());
    }
  }
}

package io.parallelsaver.cli;

/** Whether the JVM is going down: then much fails that nobody wants to read of. */
final class ShutdownState {
  private ShutdownState() {}

  static boolean underway() {
    try {
      Thread probe = new Thread(() -> {}, "shutdown-probe");
      Runtime.getRuntime().addShutdownHook(probe);
      Runtime.getRuntime().removeShutdownHook(probe);
      return false;
    } catch (IllegalStateException e) {
      return true;
    }
  }
}

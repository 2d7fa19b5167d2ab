package io.parallelsaver.bench;

import io.parallelsaver.testing.ChildProcess;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Makes the class data of the distribution before its first test, where {@code -Djunit.jupiter.extensions.autodetection.enabled=true} asks for it:
 * commands and workers, of which there are many, start faster with it.
 */
public final class FasterCommands implements BeforeAllCallback {
  private static String home = System.getProperty("parallelsaver.home");

  @Override
  public void beforeAll(ExtensionContext context) {
    synchronized (FasterCommands.class) {
      if (home != null) {
        String launcher = Path.of(home, "bin", "parallel-saver").toString();
        home = null;
        try (ChildProcess made = ChildProcess.start(launcher, "class-data")) {
          made.finish();
        }
      }
    }
  }
}

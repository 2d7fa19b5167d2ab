package io.parallelsaver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Spark, for one, loads what a job brings with it by a class loader of its own, from files that are on no JVM's class path. */
class BroughtClassesTest {
  private static final String CLASS_PATH = "java.class.path";

  @Test
  void workersGetThem() throws Exception {
    String classPath = System.getProperty(CLASS_PATH);
    String[] files = classPath.split(File.pathSeparator);
    URL[] urls = new URL[files.length];
    for (int i = 0; i < files.length; i++) {
      urls[i] = Path.of(files[i]).toUri().toURL();
    }
    // Not closed: what is released in the background may need another class.
    ClassLoader loader = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    System.setProperty(CLASS_PATH, "/nothing");
    Thread.currentThread().setContextClassLoader(loader);
    try {
      Class<?> options = loader.loadClass(SaverOptions.class.getName());
      Class<?> saver = loader.loadClass(Saver.class.getName());
      assertNotSame(Saver.class, saver);
      Object one = options
          .getMethod("withWorkers", int.class)
          .invoke(options.getMethod("defaults").invoke(null), 1);
      try (AutoCloseable opened =
          (AutoCloseable) saver.getMethod("open", options).invoke(null, one)) {
        saver.getMethod("awaitReady").invoke(opened);
        assertEquals(1, ((List<?>) saver.getMethod("workerPids").invoke(opened)).size());
      }
    } finally {
      System.setProperty(CLASS_PATH, classPath);
      Thread.currentThread().setContextClassLoader(before);
    }
  }
}

package io.parallelsaver.cli;

import io.parallelsaver.error.SaverException;
import java.io.IOException;
import java.util.Collections;

/** The jars of a process that lives for weeks. */
final class Jars {
  private Jars() {}

  /**
   * Opens all of them. The JVM opens a jar when it first wants something of it, which may be after an upgrade has put others in their
   * places; what is open stays as it was.
   */
  static void keepOpen() {
    try {
      // What is nowhere is looked for in each.
      Collections.list(Jars.class.getClassLoader().getResources("META-INF/nowhere"));
    } catch (IOException e) {
      throw new SaverException("cannot read the program's jars: " + e, e);
    }
  }
}

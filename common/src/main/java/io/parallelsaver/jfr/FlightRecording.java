package io.parallelsaver.jfr;

import jdk.jfr.FlightRecorder;

/** Whether anybody records. Ask before touching an event: without a recorder its class costs a start a millisecond or more. */
public final class FlightRecording {
  private static final boolean PRESENT = isPresent();

  private FlightRecording() {}

  /** A Java that was put together with few modules may have no recorder. */
  private static boolean isPresent() {
    return ModuleLayer.boot().findModule("jdk.jfr").isPresent();
  }

  /** Whether the recorder of this JVM was ever started, with a flag or later from outside. */
  public static boolean isOn() {
    return PRESENT && FlightRecorder.isInitialized();
  }
}

package io.parallelsaver.job;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Appends messages to a durable queue until it is killed, and prints the number of each that is on the device. */
final class DurableWriter {
  private DurableWriter() {}

  static byte[] message(int number) {
    return (number + " " + "x".repeat(number * 37 % 3000)).getBytes(StandardCharsets.US_ASCII);
  }

  public static void main(String[] args) {
    DurableQueue queue = DurableQueue.create(Path.of(args[0]));
    for (int number = 0; ; number++) {
      queue.append(1, message(number));
      System.out.println(number);
    }
  }
}

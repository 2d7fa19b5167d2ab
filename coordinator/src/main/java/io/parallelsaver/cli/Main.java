package io.parallelsaver.cli;

/** The command line. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.out.println("parallel-saver " + String.join(" ", args));
  }
}

package io.parallelsaver.job;

import java.nio.IntBuffer;
import java.util.Arrays;

/**
 * Runs of a job's content that are summed, in order and not overlapping. The content is the bytes of the job's pieces, one behind the
 * other. Twelve bytes for each, so that thousands of small arrays fit into one job.
 */
public final class Sums {
  /** Stands for a sum that is not written anywhere. */
  public static final int NO_STAMP = -1;

  static final int BYTES = 12;
  private static final int WORDS = 3;

  private int[] words;
  private int used;

  /** None yet. */
  public Sums() {
    this(new int[8 * WORDS], 0);
  }

  private Sums(int[] words, int used) {
    this.words = words;
    this.used = used;
  }

  /**
   * Adds a run.
   *
   * @param start first byte of the content that is summed
   * @param end first byte behind it
   * @param stamp where in the content the CRC-32 is written, or {@link #NO_STAMP}
   */
  public void add(int start, int end, int stamp) {
    if (used == words.length) {
      words = Arrays.copyOf(words, 2 * used);
    }
    words[used++] = start;
    words[used++] = end;
    words[used++] = stamp;
  }

  /** How many runs there are. */
  public int count() {
    return used / WORDS;
  }

  public int start(int index) {
    return words[index * WORDS];
  }

  public int end(int index) {
    return words[index * WORDS + 1];
  }

  public int stamp(int index) {
    return words[index * WORDS + 2];
  }

  /** Whether the content changes by its sums. */
  public boolean anyStamp() {
    for (int i = 0; i < count(); i++) {
      if (stamp(i) != NO_STAMP) {
        return true;
      }
    }
    return false;
  }

  void put(IntBuffer out) {
    out.put(words, 0, used);
  }

  /**
   * @throws IllegalArgumentException if a run, or the place of a stamp, lies outside the content
   */
  static Sums get(IntBuffer in, int count, long content) {
    Sums sums = new Sums(new int[count * WORDS], count * WORDS);
    in.get(sums.words);
    int last = 0;
    for (int i = 0; i < count; i++) {
      int stamp = sums.stamp(i);
      if (sums.start(i) < last
          || sums.end(i) < sums.start(i)
          || sums.end(i) > content
          || stamp < NO_STAMP
          || stamp > content - Integer.BYTES) {
        throw new IllegalArgumentException("job has an impossible sum: " + sums.start(i) + " to "
            + sums.end(i) + ", stamp at " + stamp + ", of " + content + " bytes");
      }
      last = sums.end(i);
    }
    return sums;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Sums that && Arrays.equals(words, 0, used, that.words, 0, that.used);
  }

  @Override
  public int hashCode() {
    return used == 0 ? 0 : 31 * used + words[used - WORDS];
  }

  @Override
  public String toString() {
    return Arrays.toString(Arrays.copyOf(words, used));
  }
}

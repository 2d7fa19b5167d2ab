package io.parallelsaver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** A small file in every form that one accident gives it: cut off at every byte, and with every bit turned over. */
final class Mutations {
  /** One form. */
  record Mutation(long at, int bit) {
    static final int CUT = -1;

    boolean cut() {
      return bit == CUT;
    }

    @Override
    public String toString() {
      return cut() ? "cut off at " + at : "bit " + bit + " of byte " + at + " turned";
    }
  }

  /** Looks at the file in one form. */
  interface Judge {
    void judge(Mutation mutation);
  }

  /** {@code -Dmutations.part=N}. */
  private static final int PART = Integer.getInteger("mutations.part", 1);

  private final Path file;
  private final byte[] whole;

  Mutations(Path file) throws IOException {
    this.file = file;
    this.whole = Files.readAllBytes(file);
  }

  byte[] whole() {
    return whole;
  }

  /** All of them. */
  List<Mutation> all() {
    return IntStream.range(0, whole.length * 9)
        .mapToObj(i -> new Mutation(i / 9, i % 9 == 8 ? Mutation.CUT : i % 9))
        .toList();
  }

  /** What is looked at: all of them, or as many as one in {@link #PART} would be, chosen at random. */
  List<Mutation> part(Random random) {
    return PART == 1 ? all() : sample(whole.length * 9 / PART, random);
  }

  /** Some of them. */
  List<Mutation> sample(int count, Random random) {
    return random
        .ints(count, 0, whole.length * 9)
        .mapToObj(i -> new Mutation(i / 9, i % 9 == 8 ? Mutation.CUT : i % 9))
        .toList();
  }

  /** The file's bytes in one form. */
  byte[] bytes(Mutation mutation) {
    if (mutation.cut()) {
      return java.util.Arrays.copyOf(whole, (int) mutation.at());
    }
    byte[] changed = whole.clone();
    changed[(int) mutation.at()] ^= (byte) (1 << mutation.bit());
    return changed;
  }

  /** Gives the file each form in turn, and its own at the end. */
  void each(List<Mutation> mutations, Judge judge) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (Mutation mutation : mutations) {
        int at = (int) mutation.at();
        if (mutation.cut()) {
          channel.truncate(at);
        } else {
          byte changed = (byte) (whole[at] ^ 1 << mutation.bit());
          channel.write(ByteBuffer.wrap(new byte[] {changed}), at);
        }
        judge.judge(mutation);
        int length = mutation.cut() ? whole.length - at : 1;
        channel.write(ByteBuffer.wrap(whole, at, length), at);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.parallelsaver.npz;

import io.parallelsaver.array.ArrayData;
import io.parallelsaver.error.FileFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Objects;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The bytes of a deflated array, inflated when they are read and never kept. Reading on is as fast as inflating; reading elsewhere
 * begins again at the start of a run: about a mebibyte back in archives with a {@link SeekTable}, else at the array's beginning. Checksums
 * are not looked at.
 */
public final class DeflatedData implements ArrayData {
  private static final int BLOCK = 1 << 16;

  private final Path file;
  private final FileChannel channel;
  private final ArchiveMember member;
  private final SeekTable runs;

  private Inflater inflater;
  private int run;
  private long consumed;
  private long position;
  private ByteBuffer deflated;

  /** The last bytes that were inflated: accessors ask for one element after the other. */
  private ByteBuffer window = ByteBuffer.allocate(0);

  private long windowStart;

  DeflatedData(Path file, FileChannel channel, ArchiveMember member) {
    this.file = file;
    this.channel = channel;
    this.member = member;
    this.runs = member.runs();
  }

  /** The archive it stands in. */
  public Path file() {
    return file;
  }

  /** What the archive says of it. */
  public ArchiveMember member() {
    return member;
  }

  @Override
  public long length() {
    return member.size() - member.headerLength();
  }

  /**
   * @throws DamagedException if the bytes are damaged
   * @throws UncheckedIOException if they cannot be read, because the archive has been closed for one
   */
  @Override
  public synchronized void read(long offset, ByteBuffer target) {
    Objects.checkFromIndexSize(offset, target.remaining(), length());
    long at = offset + member.headerLength();
    while (target.hasRemaining()) {
      if (at < windowStart || at >= windowStart + window.limit()) {
        inflateTo(at);
      }
      int inside = (int) (at - windowStart);
      int take = Math.min(target.remaining(), window.limit() - inside);
      target.put(target.position(), window, inside, take);
      target.position(target.position() + take);
      at += take;
    }
  }

  private void inflateTo(long wanted) {
    try {
      int goal = 0;
      long start = 0;
      long deflatedStart = 0;
      while (start + runs.content()[goal] <= wanted) {
        start += runs.content()[goal];
        deflatedStart += runs.deflated()[goal];
        goal++;
      }
      if (inflater == null || goal != run || wanted < position) {
        restart(goal, start, deflatedStart);
      }
      while (windowStart + window.limit() <= wanted) {
        fill(start + runs.content()[goal], deflatedStart + runs.deflated()[goal]);
      }
    } catch (IOException e) {
      forget();
      throw new UncheckedIOException(FileFailure.named("cannot read " + file, e));
    } catch (DataFormatException e) {
      forget();
      throw damaged(e.getMessage());
    }
  }

  /** What was half done is begun anew, should anybody ask again. */
  private void forget() {
    run = -1;
    window.limit(0);
  }

  private void restart(int goal, long start, long deflatedStart) {
    if (inflater == null) {
      inflater = new Inflater(true);
      deflated = ByteBuffer.allocate((int) Math.min(BLOCK, member.compressedSize()));
      window = ByteBuffer.allocate((int) Math.min(BLOCK, member.size()));
    }
    inflater.reset();
    run = goal;
    position = start;
    consumed = deflatedStart;
    windowStart = start;
    window.limit(0);
  }

  private void fill(long end, long deflatedEnd) throws IOException, DataFormatException {
    windowStart = position;
    window.clear().limit((int) Math.min(window.capacity(), end - position));
    while (window.hasRemaining()) {
      if (inflater.inflate(window) == 0) {
        if (!inflater.needsInput() || consumed == deflatedEnd) {
          throw damaged("deflated bytes end early");
        }
        deflated.clear().limit((int) Math.min(deflated.capacity(), deflatedEnd - consumed));
        int count = channel.read(deflated, member.offset() + consumed);
        if (count < 0) {
          throw damaged("the file has become shorter");
        }
        consumed += count;
        inflater.setInput(deflated.flip());
      }
    }
    window.flip();
    position += window.limit();
  }

  private DamagedException damaged(String what) {
    return new DamagedException(file + ": array '" + member.key() + "' at byte " + member.offset()
        + ": " + what + "; verify the archive");
  }

  /** Deflated bytes that cannot be inflated. */
  public static final class DamagedException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    DamagedException(String message) {
      super(message);
    }
  }
}

package io.parallelsaver.fuzz;

import static io.parallelsaver.fuzz.FuzzInput.check;

import io.parallelsaver.array.NDArray;
import io.parallelsaver.error.InputException;
import io.parallelsaver.npz.ArchiveMember;
import io.parallelsaver.npz.DeflatedData;
import io.parallelsaver.npz.NpzArchive;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Directory, local headers and deflated data of an archive. */
public final class ArchiveTarget {
  /** Read of each array, at both ends. */
  private static final int PART = 256;

  private static final FuzzInput FILE = new FuzzInput("fuzzed.npz");

  private ArchiveTarget() {}

  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    FILE.hold(input);
    FuzzInput.measured(input, ArchiveTarget::read);
  }

  private static void read() throws IOException {
    try (NpzArchive archive = NpzArchive.open(FILE.path())) {
      check(archive.contentSize() >= 0, "a content of " + archive.contentSize() + " bytes");
      for (String name : archive.names()) {
        ArchiveMember member = archive.member(name).orElseThrow();
        check(
            member.offset() + member.compressedSize() <= archive.size(),
            member + " beyond the end of the file");
        if (member.header().isPresent()) {
          look(archive.array(member));
        }
      }
    } catch (DeflatedData.DamagedException | InputException e) {
      FILE.checkRefusal(e);
    }
  }

  private static void look(NDArray array) {
    long bytes = array.spec().byteSize();
    check(array.data().length() == bytes, "an array of " + array.data().length() + ": " + bytes);
    int part = (int) Math.min(PART, bytes);
    array.data().read(0, ByteBuffer.allocate(part));
    if (bytes < 1 << 20) {
      array.data().read(bytes - part, ByteBuffer.allocate(part));
    }
  }
}

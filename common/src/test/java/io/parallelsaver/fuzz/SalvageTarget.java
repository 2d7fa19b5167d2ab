package io.parallelsaver.fuzz;

import static io.parallelsaver.fuzz.FuzzInput.check;

import io.parallelsaver.error.InputException;
import io.parallelsaver.npy.NpyHeader;
import io.parallelsaver.npz.ArchiveMember;
import io.parallelsaver.npz.Salvage;
import io.parallelsaver.npz.Salvage.Found;
import java.io.IOException;

/** Whatever may be left of an archive. */
public final class SalvageTarget {
  private static final FuzzInput FILE = new FuzzInput("cut.npz");

  private SalvageTarget() {}

  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    FILE.hold(input);
    FuzzInput.measured(input, () -> read(input.length));
  }

  private static void read(long size) throws IOException {
    try (Salvage salvage = Salvage.open(FILE.path(), NpyHeader.MAX_LENGTH)) {
      for (Found found : salvage.members()) {
        check(found.offset() < size && found.otherEnd() <= size, found.toString());
        for (ArchiveMember member : found.tries()) {
          check(
              member.offset() >= 0
                  && member.compressedSize() >= 0
                  && member.compressedSize() <= size - member.offset(),
              member + " beyond the end of the file");
        }
        found
            .rows()
            .flatMap(rows -> rows.array().data().region())
            .ifPresent(region -> check(region.end() <= size, region + " of " + size));
      }
    } catch (InputException e) {
      FILE.checkRefusal(e);
    }
  }
}

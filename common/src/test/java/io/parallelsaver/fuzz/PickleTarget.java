package io.parallelsaver.fuzz;

import static io.parallelsaver.fuzz.FuzzInput.check;

import io.parallelsaver.error.InputException;
import io.parallelsaver.pickle.Latin1Data;
import io.parallelsaver.pickle.PickledArray;
import io.parallelsaver.pickle.PickledArray.Encoding;
import io.parallelsaver.pickle.PickledArray.Located;
import io.parallelsaver.pickle.PickledKey;
import io.parallelsaver.pickle.PickledMetadata;
import java.io.IOException;

/** A pickle, as each of the three things that one may be. */
public final class PickleTarget {
  private static final FuzzInput FILE = new FuzzInput("fuzzed.dat");

  private PickleTarget() {}

  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    FILE.hold(input);
    FuzzInput.measured(input, () -> refusing(() -> locate(input.length)));
    FuzzInput.measured(input, () -> refusing(() -> PickledKey.read(FILE.path(), FILE.channel())));
    FuzzInput.measured(
        input,
        () -> refusing(() -> {
          PickledMetadata found = PickledMetadata.read(FILE.path(), FILE.channel());
          check(found.offset() >= 0 && found.spec().byteSize() >= 0, found.toString());
        }));
  }

  private static void locate(long size) throws IOException {
    Located found = PickledArray.locate(FILE.path(), FILE.channel());
    check(found.data().offset() >= 0 && found.data().end() <= size, found + " of " + size);
    if (found.encoding() == Encoding.LATIN1) {
      Latin1Data.of(found.data(), FILE.channel(), found.spec().byteSize());
    } else {
      check(found.spec().byteSize() == found.data().length(), found.toString());
    }
  }

  private static void refusing(FuzzInput.Reading reading) throws IOException {
    try {
      reading.run();
    } catch (InputException e) {
      FILE.checkRefusal(e);
    }
  }
}

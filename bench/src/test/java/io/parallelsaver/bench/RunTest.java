package io.parallelsaver.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.Saver;
import io.parallelsaver.SaverOptions;
import io.parallelsaver.array.HeapData;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.output.Durability;
import io.parallelsaver.testing.RequiresNumPy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunTest {
  private static final Scale SMALL = Scale.of(1 << 20);

  @TempDir
  Path temp;

  private Workbench bench(PythonPeer python) {
    return new Workbench(SMALL, SaverOptions.defaults(), temp, python);
  }

  private PythonPeer noPython() {
    return PythonPeer.start(temp.resolve("gone").toString(), temp);
  }

  @Test
  void leavesOutWhatHasNoPeerAndMeasuresTheRest() {
    try (Workbench bench = bench(noPython())) {
      List<String> progress = new ArrayList<>();
      Outcome outcome = new Run(bench, 1, false, progress::add).of(Works.on(bench));
      assertEquals(
          List.of("against JetBrains npy, read"),
          outcome.results().stream().map(Result::work).toList());
      assertEquals(Works.on(bench).size() - 1, outcome.leftOut().size());
      assertTrue(outcome.leftOut().get("save heap").contains("no NumPy"), outcome::toString);
      assertEquals(Map.of(), outcome.limits());
      assertEquals(List.of("limits of the machine", "against JetBrains npy, read"), progress);
    }
  }

  @Test
  void onABuildMachineAMissingPeerIsAFailure() {
    try (Workbench bench = bench(noPython())) {
      Run strict = new Run(bench, 1, true, line -> {});
      SaverException failed = assertThrows(SaverException.class, () -> strict.of(Works.on(bench)));
      assertTrue(failed.getMessage().contains("no NumPy"), failed.getMessage());
    }
  }

  @Test
  @RequiresNumPy
  void leavesNoFileBehind() throws Exception {
    try (Workbench bench = bench(PythonPeer.start(temp))) {
      Set<String> wanted = Set.of("save heap", "restore copy", "against the original, restore");
      List<Work> works =
          Works.on(bench).stream().filter(work -> wanted.contains(work.name())).toList();
      assertEquals(
          wanted.size(), new Run(bench, 1, true, line -> {}).of(works).results().size());
    }
    try (Stream<Path> files = Files.list(temp)) {
      assertEquals(
          List.of("judge.py", "machine.py", "original.py", "peer.py"),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
  }

  @Test
  @RequiresNumPy
  void bothSidesNoticeOneWrongBit() {
    try (Workbench bench = bench(PythonPeer.start(temp));
        Saver saver = bench.saver(Durability.NONE, SaverOptions.STORED)) {
      bench.hold(Sample.EIGHT, saver);
      Map<String, NDArray> found = new HashMap<>(bench.arrays(Sample.EIGHT).asMap());
      bench.mustEqual(Sample.EIGHT, found, "equal");
      double[] values = found.get("array_7").toDoubles();
      values[values.length - 1] = Math.nextUp(values[values.length - 1]);
      found.put("array_7", NDArray.of(values));
      assertDiffers("array_7", () -> bench.mustEqual(Sample.EIGHT, found, "changed"));

      bench.archive(Sample.EIGHT, saver, temp.resolve("file.npz"));
      bench.mustBeReadByNumPy(Sample.EIGHT, temp.resolve("file.npz"));
      // Python keeps what it was given, so that ours is now the side that differs.
      ((double[]) ((HeapData) bench.arrays(Sample.EIGHT).asMap().get("array_7").data()).array())
          [0] = -0.0;
      bench.archive(Sample.EIGHT, saver, temp.resolve("file.npz"));
      assertDiffers(
          "array_7", () -> bench.mustBeReadByNumPy(Sample.EIGHT, temp.resolve("file.npz")));
      found.remove("array_0");
      assertDiffers("7 arrays", () -> bench.mustEqual(Sample.EIGHT, found, "one is gone"));
    }
  }

  private static void assertDiffers(String what, Runnable check) {
    CorruptException failed = assertThrows(CorruptException.class, check::run);
    assertTrue(failed.getMessage().contains(what), failed.getMessage());
  }
}

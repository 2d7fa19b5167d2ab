package io.parallelsaver;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The packages use each other one way only. This module sees all three, so it is here. */
class ArchitectureTest {
  private static final String ROOT = "io.parallelsaver";

  /** Each package and the others it may use; {@code error} is open to all. */
  private static final Map<String, Set<String>> MAY_USE = Map.ofEntries(
      entry("error", Set.of()),
      entry("array", Set.of()),
      entry("npy", Set.of("array")),
      entry("npz", Set.of("array", "npy")),
      entry("pickle", Set.of("array", "npy")),
      entry("safetensors", Set.of("array")),
      entry("shards", Set.of("array", "npy", "npz")),
      entry("shm", Set.of("shards")),
      entry("systemd", Set.of()),
      entry("job", Set.of("shm")),
      entry("jfr", Set.of()),
      entry("log", Set.of()),
      entry("transfer", Set.of("jfr", "job", "shm")),
      entry("resident", Set.of("shm")),
      entry("worker", Set.of("job", "shm", "resident", "systemd", "transfer")),
      entry("pool", Set.of("job", "shm", "resident", "transfer")),
      entry("output", Set.of("array", "shards", "shm")),
      entry("stored", Set.of("array", "npy", "npz", "pickle", "safetensors", "shards")),
      entry(
          "save",
          Set.of(
              "array",
              "npy",
              "npz",
              "pickle",
              "safetensors",
              "shards",
              "shm",
              "job",
              "pool",
              "output")),
      entry("restore", Set.of("array", "npz", "shards", "shm", "job", "pool", "output", "stored")),
      entry(
          "",
          Set.of(
              "array",
              "npy",
              "npz",
              "jfr",
              "shards",
              "shm",
              "resident",
              "pool",
              "output",
              "save",
              "restore",
              "stored")),
      entry("watch", Set.of("shm")),
      entry("input", Set.of("array", "npz", "shards", "stored", "")),
      entry(
          "service",
          Set.of(
              "job", "npz", "shards", "shm", "systemd", "pool", "output", "save", "stored", "input",
              "watch", "")),
      entry(
          "cli",
          Set.of(
              "array",
              "npy",
              "npz",
              "shards",
              "shm",
              "resident",
              "worker",
              "pool",
              "output",
              "restore",
              "stored",
              "input",
              "service",
              "systemd",
              "watch",
              "")));

  private static final JavaClasses OURS = new ClassFileImporter()
      .withImportOption(new ImportOption.DoNotIncludeTests())
      .withImportOption(location -> !location.contains("-tests.jar"))
      .importPackages(ROOT);

  @Test
  void seesTheThreeModules() {
    assertTrue(
        present().containsAll(Set.of("array", "worker", "pool", "cli")), "seen: " + present());
  }

  @Test
  void everyPackageHasALineInTheTable() {
    Set<String> unknown = present();
    unknown.removeAll(MAY_USE.keySet());
    assertEquals(Set.of(), unknown, "say in MAY_USE what these packages of " + ROOT + " may use");
  }

  @ParameterizedTest
  @MethodSource("present")
  void usesOnlyWhatItMay(String name) {
    Set<String> forbidden = present();
    forbidden.removeAll(MAY_USE.getOrDefault(name, Set.of()));
    forbidden.remove("error");
    forbidden.remove(name);
    noClasses()
        .that()
        .resideInAPackage(pattern(name))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            forbidden.stream().map(ArchitectureTest::pattern).toArray(String[]::new))
        .check(OURS);
  }

  @Test
  void noCycles() {
    slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(OURS);
  }

  @Test
  void chronicleStaysBehindJobAndShm() {
    noClasses()
        .that()
        .resideOutsideOfPackages(pattern("job"), pattern("shm"))
        .and()
        .doNotHaveFullyQualifiedName(ROOT + ".output.Preallocation")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("net.openhft..")
        .check(OURS);
  }

  /** The packages that hold classes now, by the first name below the root. */
  static Set<String> present() {
    Set<String> names = new TreeSet<>();
    for (JavaClass each : OURS) {
      String below = each.getPackageName().substring(ROOT.length());
      names.add(below.isEmpty() ? "" : below.substring(1).split("\\.")[0]);
    }
    return names;
  }

  private static String pattern(String name) {
    return name.isEmpty() ? ROOT : ROOT + "." + name + "..";
  }
}

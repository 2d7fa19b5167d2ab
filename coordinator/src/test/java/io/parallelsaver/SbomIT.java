package io.parallelsaver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The distribution says what is in it, all of it, and holds nothing of which we know better. */
class SbomIT {
  private static final Path HOME = Path.of(System.getProperty("parallelsaver.home"));
  private static final Path RULES = Path.of(System.getProperty("parallelsaver.build"));
  private static final String OURS = "io.parallelsaver";

  /** One library. */
  private record Component(
      String jar, String id, String version, Set<String> licences, String sha256) {}

  private static List<Component> components() throws IOException {
    try (JsonParser json =
        new JsonFactory().createParser(HOME.resolve("sbom.json").toFile())) {
      json.nextToken();
      Map<?, ?> bom = (Map<?, ?>) value(json);
      assertEquals("CycloneDX", bom.get("bomFormat"));
      List<Component> components = new ArrayList<>();
      for (Object each : (List<?>) bom.get("components")) {
        components.add(component((Map<?, ?>) each));
      }
      return components;
    }
  }

  private static Component component(Map<?, ?> json) {
    String version = json.get("version").toString();
    String purl = json.get("purl").toString();
    String classifier =
        purl.contains("classifier=") ? "-" + purl.replaceFirst(".*classifier=([^&]*).*", "$1") : "";
    Set<String> licences = new TreeSet<>();
    for (Object each : (List<?>) json.get("licenses")) {
      Map<?, ?> licence = (Map<?, ?>) ((Map<?, ?>) each).get("license");
      Object id = licence.get("id");
      licences.add(String.valueOf(id == null ? licence.get("name") : id));
    }
    String digest = ((List<?>) json.get("hashes"))
        .stream()
            .map(hash -> (Map<?, ?>) hash)
            .filter(hash -> hash.get("alg").equals("SHA-256"))
            .map(hash -> hash.get("content").toString())
            .findAny()
            .orElseThrow();
    return new Component(
        json.get("name") + "-" + version + classifier + ".jar",
        json.get("group") + ":" + json.get("name"),
        version,
        licences,
        digest);
  }

  private static Object value(JsonParser json) throws IOException {
    if (json.currentToken() == JsonToken.START_OBJECT) {
      Map<String, Object> object = new LinkedHashMap<>();
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        json.nextToken();
        object.put(name, value(json));
      }
      return object;
    }
    if (json.currentToken() == JsonToken.START_ARRAY) {
      List<Object> array = new ArrayList<>();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        array.add(value(json));
      }
      return array;
    }
    return json.getText();
  }

  private static List<String> rules(String file) throws IOException {
    return Files.readAllLines(RULES.resolve(file)).stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .toList();
  }

  /** Every jar but the coordinator's own, which the SBOM is about. */
  @Test
  void namesEveryJarWithItsDigestAndNoOther() throws Exception {
    Map<String, String> expected = new TreeMap<>();
    try (Stream<Path> jars =
        Stream.concat(Files.list(HOME.resolve("lib")), Files.list(HOME.resolve("lib/watch")))) {
      for (Path jar : jars.filter(Files::isRegularFile).toList()) {
        String name = jar.getFileName().toString();
        if (!name.startsWith("parallel-saver-coordinator-")) {
          byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(jar));
          expected.put(name, HexFormat.of().formatHex(digest));
        }
      }
    }
    Map<String, String> found = components().stream()
        .collect(Collectors.toMap(Component::jar, Component::sha256, (a, b) -> b, TreeMap::new));
    assertEquals(expected, found);
    assertTrue(found.size() > 15, "only " + found.keySet());
  }

  @Test
  void everyLibraryHasAReleasedVersionAndALicenceThatSuitsOurs() throws IOException {
    Set<String> suitable = Set.copyOf(rules("licences.txt"));
    for (Component each : components()) {
      assertTrue(
          each.licences().stream().anyMatch(suitable::contains),
          each + " is not under " + suitable);
      assertTrue(
          each.id().startsWith(OURS + ":") || each.version().matches("[0-9]+(\\.[0-9]+)+"),
          each + " is no release");
    }
  }

  @Test
  void noLibraryIsKnownToBeVulnerable() throws IOException {
    for (Component each : components()) {
      assertEquals(List.of(), advisories(each.id(), each.version()), each.toString());
    }
  }

  /** What the check above would find. */
  @Test
  void knowsVulnerableVersionsByTheirRanges() throws IOException {
    String core = "ch.qos.logback:logback-core";
    assertFalse(advisories(core, "1.5.12").isEmpty());
    assertEquals(3, advisories(core, "1.4.13").size());
    assertEquals(List.of(), advisories(core, "1.5.19"));
    assertEquals(
        1, advisories("com.fasterxml.jackson.core:jackson-core", "2.14.9").size());
    assertEquals(1, advisories("org.jline:jline-terminal", "3.9").size());
    assertEquals(List.of(), advisories("org.jline:jline-terminal", "3.25.0"));
    assertEquals(List.of(), advisories("com.fasterxml.jackson.core:jackson-databind", "2.0"));
  }

  private static List<String> advisories(String id, String version) throws IOException {
    List<String> found = new ArrayList<>();
    for (String rule : rules("known-vulnerable.txt")) {
      String[] words = rule.split(" +", 4);
      boolean named =
          words[0].equals(id) || words[0].equals(id.substring(0, id.indexOf(':')) + ":*");
      if (named && compare(words[1], version) <= 0 && compare(version, words[2]) < 0) {
        found.add(words[3]);
      }
    }
    return found;
  }

  private static int compare(String one, String other) {
    int[] ours = numbers(one);
    int[] theirs = numbers(other);
    int length = Math.max(ours.length, theirs.length);
    return Arrays.compare(Arrays.copyOf(ours, length), Arrays.copyOf(theirs, length));
  }

  private static int[] numbers(String version) {
    return Stream.of(version.replace("-SNAPSHOT", "").split("\\."))
        .mapToInt(Integer::parseInt)
        .toArray();
  }
}

package io.parallelsaver.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.error.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the daemon makes of lines that none of our commands would write. */
class AnswersTest {
  @TempDir
  Path temporary;

  private Path directory;
  private Ledger ledger;
  private Answers answers;

  @BeforeEach
  void open() throws IOException {
    directory = temporary.toRealPath();
    Files.writeString(directory.resolve("in.npy"), "source");
    ServiceOptions options = Requests.options(directory);
    ledger = new Ledger(Journal.open(options.stateDirectory()), options);
    ledger.begin();
    answers = new Answers(ledger, Roots.of(options.roots()), options);
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  private Map<String, Object> ask(String line) {
    return answers.to(new Members(JsonText.parse(line)), "me");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no JSON",
        "[]",
        "{}",
        "{} {}",
        "{\"op\": 7}",
        "{\"op\": \"none\"}",
        "{\"op\": \"submit\"}",
        "{\"op\": \"submit\", \"request\": []}",
        "{\"op\": \"submit\", \"request\": {\"kind\": \"save\"}}",
        "{\"op\": \"wait\", \"id\": \"x\"}",
        "{\"op\": \"wait\", \"id\": \"x\", \"millis\": \"long\"}",
        "{\"op\": \"cancel\", \"id\": null}",
        "{\"op\": [[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]}"
      })
  void whatIsNoQuestionIsRefused(String line) {
    assertThrows(InputException.class, () -> ask(line));
  }

  private Map<String, Object> request() {
    return new LinkedHashMap<>(
        Requests.save(directory.resolve("out.npz"), directory.resolve("in.npy")).toMap());
  }

  private Map<String, Object> submit(Map<String, Object> request) {
    return ask(JsonText.write(Map.of("op", "submit", "request", request)));
  }

  @Test
  void whatIsNoRequestIsRefused() {
    List<Map.Entry<String, Object>> wrong = List.of(
        Map.entry("kind", "erase"),
        Map.entry("kind", "restore"),
        Map.entry("sources", List.of()),
        Map.entry("sources", List.of("/x")),
        Map.entry("sources", List.of(Map.of("path", "relative"))),
        Map.entry("sources", List.of(Map.of("path", directory.resolve("none").toString()))),
        Map.entry("sources", List.of(Map.of("path", "/etc/hostname"))),
        Map.entry("target", "relative.npz"),
        Map.entry("target", "/"),
        Map.entry("target", directory + "/a\0b.npz"),
        Map.entry("target", directory + "/.parallel-saver/other/out/x.npz"),
        Map.entry("format", "exe"),
        Map.entry("durability", "perhaps"),
        Map.entry("level", 10),
        Map.entry("level", -1),
        Map.entry("level", 1L << 40),
        Map.entry("align", 7),
        Map.entry("max_header", 0),
        Map.entry("keys", "a"));
    for (Map.Entry<String, Object> each : wrong) {
      Map<String, Object> request = request();
      request.put(each.getKey(), each.getValue());
      assertThrows(InputException.class, () -> submit(request), each.toString());
    }
    assertEquals(0, ledger.waitingCount());
    assertTrue(submit(request()).get("id").toString().matches("[0-9a-f]{12}"));
  }

  @Test
  void aRequestThatIsTooLongIsRefused() {
    Map<String, Object> request = request();
    request.put("keys", IntStream.range(0, 30_000).mapToObj(i -> "key-" + i).toList());
    InputException refused = assertThrows(InputException.class, () -> submit(request));
    assertTrue(refused.getMessage().contains("name a directory"), refused.getMessage());
    assertEquals(0, ledger.waitingCount());
  }
}

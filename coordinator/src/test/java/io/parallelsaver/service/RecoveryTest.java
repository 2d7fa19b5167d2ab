package io.parallelsaver.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.InputException;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.job.DurableQueue;
import io.parallelsaver.stored.Format;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the next daemon makes of a journal, and of files, as they are when one is killed between two steps. */
class RecoveryTest {
  @TempDir
  Path temporary;

  private Path directory;
  private ServiceOptions options;
  private Roots roots;

  @BeforeEach
  void realPaths() throws IOException {
    directory = temporary.toRealPath();
    options = Requests.options(directory);
    roots = Roots.of(options.roots());
    Files.writeString(directory.resolve("in"), "source");
  }

  private Ledger open() {
    Journal journal = Journal.open(options.stateDirectory());
    try {
      Ledger ledger = new Ledger(journal, options);
      ledger.begin();
      return ledger;
    } catch (RuntimeException e) {
      journal.close();
      throw e;
    }
  }

  private static Ticket take(Ledger ledger) {
    return ledger.take(new Admission(1, Long.MAX_VALUE)).orElseThrow();
  }

  private static void make(Draft draft, Request request, String text) throws IOException {
    Files.writeString(draft.target(request.target(), request.format()), text);
  }

  private Request toFile() {
    return Requests.save(directory.resolve("out.npz"), directory.resolve("in"));
  }

  private Outcome outcome() {
    return new Outcome(directory.resolve("out.npz"), 1, 2, 0.5, 1);
  }

  private static String state(Ledger ledger, String id) {
    return String.valueOf(ledger.shown(id).get("state"));
  }

  private List<String> left() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith(".parallel"))
          .toList();
    }
  }

  @Test
  void whatWasAcceptedWaitsAgainInItsOrder() {
    try (Ledger ledger = open()) {
      for (String id : List.of("c", "a", "b")) {
        ledger.submit(id, toFile(), "me", 1);
      }
      ledger.cancel("a");
    }
    for (int start = 0; start < 3; start++) {
      try (Ledger ledger = open()) {
        assertEquals(2, ledger.waitingCount());
        assertEquals("cancelled", state(ledger, "a"));
      }
    }
    try (Ledger ledger = open()) {
      assertEquals("c", take(ledger).id());
      assertEquals("b", take2(ledger).id());
    }
  }

  private static Ticket take2(Ledger ledger) {
    return ledger.take(new Admission(2, Long.MAX_VALUE)).orElseThrow();
  }

  @Test
  void whatWasUnderWayIsBegunAgainAndNothingIsLeftOfIt() throws IOException {
    try (Ledger ledger = open()) {
      ledger.submit("a", toFile(), "me", 1);
      Ticket ticket = take(ledger);
      Draft draft = Draft.prepare(roots, "a", ticket.request());
      ledger.started(ticket, draft);
      make(draft, ticket.request(), "half");
      assertEquals(List.of(".parallel-saver"), left());
    }
    try (Ledger ledger = open()) {
      assertEquals("waiting", state(ledger, "a"));
      assertEquals(List.of(), left());
      assertEquals(toFile(), take(ledger).request());
    }
  }

  /** Brings a request as far as to the record that its result goes to its place now. */
  private Draft publishing(Ledger ledger, Request request) throws IOException {
    ledger.submit("a", request, "me", 1);
    Ticket ticket = take(ledger);
    Draft draft = Draft.prepare(roots, "a", request);
    ledger.started(ticket, draft);
    if (request.format() == Format.NPY) {
      Path out = draft.target(request.target(), request.format());
      Files.createDirectories(out.resolve("folder"));
      Files.writeString(out.resolve("one.npy"), "new one");
      Files.writeString(out.resolve("folder/two.npy"), "new two");
    } else {
      make(draft, request, "new");
    }
    draft.check();
    draft.force(request.durability());
    ledger.publishing(ticket, outcome());
    return draft;
  }

  @Test
  void whatWasNotInItsPlaceYetGoesThereWithoutItsSources() throws IOException {
    Files.writeString(directory.resolve("out.npz"), "old");
    try (Ledger ledger = open()) {
      publishing(ledger, toFile());
      assertEquals("old", Files.readString(directory.resolve("out.npz")));
    }
    Files.delete(directory.resolve("in"));
    try (Ledger ledger = open()) {
      assertEquals("done", state(ledger, "a"));
      assertEquals("new", Files.readString(directory.resolve("out.npz")));
      assertEquals(outcome().toMap(), ledger.shown("a").get("outcome"));
    }
    assertEquals(List.of(), left());
  }

  /** It was in its place; somebody else has replaced it since, or removed it; that stays. */
  @Test
  void whatWasInItsPlaceDoesNotGoThereAgain() throws IOException {
    try (Ledger ledger = open()) {
      publishing(ledger, toFile()).publish();
      assertEquals("new", Files.readString(directory.resolve("out.npz")));
    }
    Files.writeString(directory.resolve("out.npz"), "somebody else's");
    try (Ledger ledger = open()) {
      assertEquals("done", state(ledger, "a"));
      assertEquals("somebody else's", Files.readString(directory.resolve("out.npz")));
    }
    assertEquals(List.of(), left());
  }

  @Test
  void ofADirectoryWhatWasNotInItsPlaceGoesThere() throws IOException {
    Request request = Requests.restore(directory.resolve("made/out"), directory.resolve("in"));
    try (Ledger ledger = open()) {
      Draft draft = publishing(ledger, request);
      // One of two files is there, and has been changed by somebody.
      draft.publish();
      Path out = draft.target(request.target(), request.format());
      Files.writeString(directory.resolve("made/out/one.npy"), "changed");
      Files.move(directory.resolve("made/out/folder/two.npy"), out.resolve("folder/two.npy"));
    }
    try (Ledger ledger = open()) {
      assertEquals("done", state(ledger, "a"));
    }
    assertEquals("changed", Files.readString(directory.resolve("made/out/one.npy")));
    assertEquals("new two", Files.readString(directory.resolve("made/out/folder/two.npy")));
    assertEquals(List.of(), left());
  }

  @Test
  void aDraftThatIsGoneIsSaidToBe() throws IOException {
    try (Ledger ledger = open()) {
      publishing(ledger, toFile()).remove();
    }
    try (Ledger ledger = open()) {
      assertEquals("failed", state(ledger, "a"));
      assertTrue(String.valueOf(ledger.shown("a").get("message")).contains("nobody can tell"));
    }
  }

  @Test
  void aRequestThatEndsEveryDaemonFails() throws IOException {
    try (Ledger ledger = open()) {
      ledger.submit("a", toFile(), "me", 1);
    }
    int starts = 0;
    while (true) {
      try (Ledger ledger = open()) {
        if (!state(ledger, "a").equals("waiting")) {
          assertEquals("failed", state(ledger, "a"));
          break;
        }
        Ticket ticket = take(ledger);
        ledger.started(ticket, Draft.prepare(roots, "a", ticket.request()));
        starts++;
        assertTrue(starts < 100, "begun for ever");
      }
    }
    assertTrue(starts > 5, "begun " + starts + " times only");
    assertEquals(List.of(), left());
  }

  @Test
  void anIdIsOneRequest() {
    try (Ledger ledger = open()) {
      assertEquals("a", ledger.submit("a", toFile(), "me", 1));
      assertEquals("a", ledger.submit("a", toFile(), "me", 1));
      assertEquals(1, ledger.waitingCount());
      InputException other = assertThrows(
          InputException.class,
          () -> ledger.submit(
              "a", Requests.save(directory.resolve("other"), directory.resolve("in")), "me", 1));
      assertTrue(other.getMessage().contains("another request a"), other.getMessage());
    }
    try (Ledger ledger = open()) {
      assertEquals("a", ledger.submit("a", toFile(), "me", 1));
      assertEquals(1, ledger.waitingCount());
    }
  }

  @Test
  void aSecondDaemonIsRefused() {
    try (Ledger first = open()) {
      SaverException refused = assertThrows(SaverException.class, this::open);
      assertTrue(refused.getMessage().contains("another coordinator uses"), refused.getMessage());
      assertEquals(0, first.waitingCount());
    }
  }

  @Test
  void aJournalOfANewerVersionIsRefused() throws IOException {
    open().close();
    Files.writeString(options.stateDirectory().resolve("version"), "parallel-saver journal 2\n");
    InputException refused = assertThrows(InputException.class, this::open);
    assertTrue(refused.getMessage().contains("parallel-saver journal 2"), refused.getMessage());
  }

  @Test
  void aDamagedJournalIsRefusedAndStaysAsItIs() throws IOException {
    try (Ledger ledger = open()) {
      for (int i = 0; i < 20; i++) {
        ledger.submit("request-" + i, toFile(), "me", 1);
      }
    }
    Path queue = journals().get(0);
    try (Stream<Path> files = Files.list(queue)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        byte[] bytes = Files.readAllBytes(file);
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("\"request-7\"");
        if (at >= 0) {
          bytes[at + 2] ^= 1;
          Files.write(file, bytes);
        }
      }
    }
    CorruptException refused = assertThrows(CorruptException.class, this::open);
    assertTrue(refused.getMessage().contains("move all journal-* away"), refused.getMessage());
    assertEquals(List.of(queue), journals());
  }

  @Test
  void aJournalThatIsGoneIsNotTakenForNone() throws IOException {
    try (Ledger ledger = open()) {
      ledger.submit("a", toFile(), "me", 1);
    }
    try (Stream<Path> files = Files.list(journals().get(0))) {
      for (Path file :
          (Iterable<Path>) files.filter(each -> each.toString().endsWith(".cq4"))::iterator) {
        Files.delete(file);
      }
    }
    assertThrows(CorruptException.class, this::open);
    // What the message advises.
    Files.move(journals().get(0), temporary.resolve("aside"));
    try (Ledger ledger = open()) {
      assertEquals(0, ledger.waitingCount());
    }
  }

  private List<Path> journals() throws IOException {
    try (Stream<Path> files = Files.list(options.stateDirectory())) {
      return files.filter(file -> file.toString().contains("journal-")).sorted().toList();
    }
  }

  /** As if a start had been killed before its new journal was complete. */
  @Test
  void anIncompleteJournalDoesNotCount() throws IOException {
    try (Ledger ledger = open()) {
      ledger.submit("a", toFile(), "me", 1);
    }
    Path next = options.stateDirectory().resolve("journal-2");
    try (var queue = DurableQueue.create(next)) {
      queue.append(1, Journal.bytes(Map.of("id", "b")));
    }
    try (Ledger ledger = open()) {
      assertEquals("waiting", state(ledger, "a"));
      assertEquals(1, ledger.waitingCount());
    }
    assertEquals(1, journals().size());
    assertFalse(Files.exists(next));
  }

  @Test
  void theJournalStaysSmallAndOldRequestsAreForgotten() throws IOException {
    options = new ServiceOptions(
        options.runDirectory(),
        options.stateDirectory(),
        options.roots(),
        options.saver(),
        1,
        100,
        1 << 30,
        10,
        options.keepFor(),
        options.grace());
    Path longPath = directory.resolve("x".repeat(200));
    Path[] sources = Stream.generate(() -> longPath).limit(700).toArray(Path[]::new);
    Request large = Requests.save(directory.resolve("out.npz"), sources);
    try (Ledger ledger = open()) {
      for (int i = 0; i < 60; i++) {
        ledger.submit("r" + i, large, "me", 1);
        ledger.cancel("r" + i);
      }
      assertTrue(ledger.list().size() < 60, "remembers " + ledger.list().size());
      assertTrue(journals().size() == 1, journals().toString());
    }
    long size = 0;
    try (Stream<Path> files = Files.walk(options.stateDirectory())) {
      for (Path file : (Iterable<Path>) files::iterator) {
        size += Files.isRegularFile(file) ? Files.size(file) : 0;
      }
    }
    assertTrue(size < 16 << 20, "state of " + size + " bytes");
    try (Ledger ledger = open()) {
      assertEquals(10, ledger.list().size());
      assertEquals("cancelled", state(ledger, "r59"));
    }
  }
}

package io.parallelsaver.watch;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.parallelsaver.testing.ChildProcess;
import io.parallelsaver.testing.JsonText;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A tab of a headless Chromium, driven by its DevTools protocol. */
final class Browser implements AutoCloseable {
  /** Debian's command of the same name is a shell that would be killed in its place. */
  private static final Path HEADLESS = Path.of("/usr/lib/chromium/chromium-headless-shell");

  private static final List<String> NAMES = List.of("chromium", "google-chrome");
  private static final long PATIENCE_SECONDS = 30;

  private final ChildProcess process;
  private final WebSocket socket;
  private final Map<Long, CompletableFuture<Object>> answers = new ConcurrentHashMap<>();
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private String session = "";
  private long lastId;

  Browser(Path profile) throws Exception {
    Path program = program().orElseThrow(() -> new AssertionError("no Chromium on the PATH"));
    // Root has no sandbox of Chromium's; the page is ours.
    process = ChildProcess.start(
        program.toString(),
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--no-first-run",
        "--user-data-dir=" + profile,
        "--remote-debugging-port=0",
        "about:blank");
    try {
      socket = HttpClient.newHttpClient()
          .newWebSocketBuilder()
          .buildAsync(URI.create(address()), new Incoming())
          .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      Object target = send("Target.createTarget", "{\"url\":\"about:blank\"}");
      session = (String) JsonText.at(
          send(
              "Target.attachToTarget",
              "{\"flatten\":true,\"targetId\":" + quoted((String) JsonText.at(target, "targetId"))
                  + "}"),
          "sessionId");
      send("Runtime.enable", "{}");
      send("Log.enable", "{}");
      send("Page.enable", "{}");
    } catch (Exception | Error e) {
      process.kill();
      throw e;
    }
  }

  static Optional<Path> program() {
    Stream<Path> others = Stream.of(System.getenv("PATH").split(":"))
        .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)));
    return Stream.concat(Stream.of(HEADLESS), others)
        .filter(Files::isExecutable)
        .findFirst();
  }

  private String address() {
    String marker = "DevTools listening on ";
    for (String line = process.readLine(); line != null; line = process.readLine()) {
      if (line.startsWith(marker)) {
        return line.substring(marker.length()).strip();
      }
    }
    throw new AssertionError("Chromium has ended");
  }

  /** What the protocol says comes in parts. */
  private final class Incoming implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        take(JsonText.parse(text.toString()));
        text.setLength(0);
      }
      from.request(1);
      return null;
    }
  }

  private void take(Object message) {
    Map<?, ?> members = (Map<?, ?>) message;
    if (members.get("id") instanceof Long id) {
      CompletableFuture<Object> answer = answers.remove(id);
      if (members.containsKey("error")) {
        answer.completeExceptionally(new AssertionError(members.get("error").toString()));
      } else {
        answer.complete(members.get("result"));
      }
    } else if (List.of("Runtime.exceptionThrown", "Log.entryAdded")
        .contains(members.get("method"))) {
      complaints.add(members.toString());
    }
  }

  private Object send(String method, String parameters) throws Exception {
    long id = ++lastId;
    CompletableFuture<Object> answer = new CompletableFuture<>();
    answers.put(id, answer);
    String at = session.isEmpty() ? "" : "\"sessionId\":" + quoted(session) + ",";
    socket.sendText(
        "{\"id\":" + id + "," + at + "\"method\":" + quoted(method) + ",\"params\":" + parameters
            + "}",
        true);
    return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private static String quoted(String text) {
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }

  void open(String url) throws Exception {
    send("Page.navigate", "{\"url\":" + quoted(url) + "}");
    await("document.readyState === 'complete' && location.href === '" + url + "'");
  }

  /** How large the window is, and whether it is dark. */
  void look(int width, int height, boolean dark) throws Exception {
    send(
        "Emulation.setDeviceMetricsOverride",
        "{\"width\":" + width + ",\"height\":" + height
            + ",\"deviceScaleFactor\":1,\"mobile\":false}");
    send(
        "Emulation.setEmulatedMedia",
        "{\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"" + (dark ? "dark" : "light")
            + "\"}]}");
  }

  /** The value of a JavaScript expression. */
  Object evaluate(String expression) throws Exception {
    Object result = send(
        "Runtime.evaluate",
        "{\"returnByValue\":true,\"awaitPromise\":true,\"expression\":" + quoted(expression) + "}");
    if (((Map<?, ?>) result).containsKey("exceptionDetails")) {
      throw new AssertionError(expression + ": " + result);
    }
    return ((Map<?, ?>) JsonText.at(result, "result")).get("value");
  }

  /** Waits until an expression is true. */
  void await(String expression) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!Boolean.TRUE.equals(evaluate(expression))) {
      if (System.nanoTime() > end) {
        throw new AssertionError(
            "never true: " + expression + "; the page is " + evaluate("document.body.innerText"));
      }
      LockSupport.parkNanos(20_000_000);
    }
  }

  void screenshot(Path file) throws Exception {
    Object shot = send("Page.captureScreenshot", "{\"captureBeyondViewport\":true}");
    Files.createDirectories(file.getParent());
    Files.write(file, Base64.getDecoder().decode((String) JsonText.at(shot, "data")));
  }

  /** What the browser has found wrong with the page: errors, and what its policy forbids. */
  List<String> complaints() {
    return complaints;
  }

  /** Ends all its processes: some would write into the profile for a while after the first one's death. */
  @Override
  public void close() {
    socket.abort();
    List<ProcessHandle> others = ProcessHandle.of(process.pid()).stream()
        .flatMap(ProcessHandle::descendants)
        .toList();
    process.kill();
    others.forEach(ProcessHandle::destroyForcibly);
    others.forEach(other -> other.onExit().join());
  }
}

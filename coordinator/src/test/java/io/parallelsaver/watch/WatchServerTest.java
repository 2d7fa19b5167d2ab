package io.parallelsaver.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.error.SaverException;
import io.parallelsaver.testing.JsonText;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WatchServerTest {
  private static final Path HANDBOOK = Path.of("../docs/watching.md");
  /** Characters of HTTP/1.1 200. */
  private static final int STATUS = 12;

  private static final Pattern METRIC = Pattern.compile("parallel_saver_[a-z_]+");

  @TempDir
  Path shared;

  private final HttpClient client = HttpClient.newHttpClient();
  private Shown shown;

  @BeforeEach
  void serve() throws IOException {
    shown = new Shown(shared);
  }

  @AfterEach
  void end() {
    shown.close();
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send("GET", path);
  }

  private HttpResponse<String> send(String method, String path) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create(shown.url(path)))
        .method(method, BodyPublishers.noBody())
        .build();
    return client.send(request, BodyHandlers.ofString());
  }

  /** The status of the answer to these very bytes, which must ask for an end. */
  private String raw(String... lines) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", shown.server.port())) {
      socket.setSoTimeout(20_000);
      String request = String.join("\r\n", lines) + "\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return answer.substring(0, Math.min(STATUS, answer.length()));
    }
  }

  @Test
  void servesThePageUnderAStrictPolicy() throws Exception {
    for (String path : List.of("/", "/page.js", "/page.css", "/icon.svg", "/figures.json")) {
      HttpResponse<String> answer = get(path);
      assertEquals(200, answer.statusCode(), path);
      String policy = answer.headers().firstValue("Content-Security-Policy").orElseThrow();
      assertTrue(policy.startsWith("default-src 'none'; script-src 'self';"), policy);
      assertTrue(!policy.contains("unsafe") && !policy.contains("*"), policy);
      assertEquals(
          "nosniff", answer.headers().firstValue("X-Content-Type-Options").orElseThrow());
      assertEquals("no-store", answer.headers().firstValue("Cache-Control").orElseThrow());
    }
    String html = get("/").body();
    assertTrue(
        !html.contains("://") && !html.contains("style=") && !html.contains("onclick"), html);
  }

  @Test
  void tellsAllFiguresAsJson() throws Exception {
    HttpResponse<String> answer = get("/figures.json");
    assertEquals(
        "application/json; charset=utf-8",
        answer.headers().firstValue("Content-Type").orElseThrow());
    Object seen = JsonText.parse(answer.body());
    assertEquals(2, ((List<?>) JsonText.at(seen, "runs")).size());
    assertEquals(Shown.NAME, JsonText.at(seen, "requests", 0, "target"));
    assertEquals(70L << 20, JsonText.at(seen, "totals", "bytes_read"));
    assertEquals(1L, JsonText.at(seen, "totals", "calls", "verify", "failed"));
    assertEquals(1L, JsonText.at(seen, "totals", "errors", "corrupt"));
    assertTrue((Long) JsonText.at(seen, "shared_memory", "free") > 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH"})
  void onlyGets(String method) throws Exception {
    for (String path : List.of("/", "/figures.json", "/metrics")) {
      HttpResponse<String> answer = send(method, path);
      assertEquals(405, answer.statusCode(), method + " " + path);
      assertEquals("GET", answer.headers().firstValue("Allow").orElseThrow());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/no",
        "/page.html",
        "/metrics/",
        "/../page.js",
        "/%2e%2e/page.js",
        "/WatchServer.class",
        "/figures.json/x"
      })
  void hasNothingElse(String path) throws Exception {
    assertEquals(404, get(path).statusCode());
  }

  /** A name that an attacker's DNS has made to mean 127.0.0.1 comes along as the host. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Host: 127.0.0.1 | 200",
        "Host: 127.0.0.1:9464 | 200",
        "Host: LOCALHOST:1 | 200",
        "Host: [::1]:9464 | 200",
        "Host: evil.example | 421",
        "Host: evil.example:9464 | 421",
        "Host: 127.0.0.1.evil.example | 421",
        "Host: localhost.evil.example:80 | 421",
        "Host: evil@localhost | 421",
        "Host: localhost:80:80 | 421",
        "Host: | 421",
        "X-Host: localhost | 421"
      })
  void answersOnlyToItsOwnNames(String header, int status) throws IOException {
    for (String path : List.of("/", "/figures.json", "/metrics")) {
      assertEquals(
          "HTTP/1.1 " + status, raw("GET " + path + " HTTP/1.1", header, "Connection: close"));
    }
  }

  @Test
  void refusesTwoHosts() throws IOException {
    String answer =
        raw("GET / HTTP/1.1", "Host: localhost", "Host: evil.example", "Connection: close");
    assertNotEquals("HTTP/1.1 200", answer);
  }

  @Test
  void listensOnlyToThisMachine() throws IOException {
    for (NetworkInterface each :
        NetworkInterface.networkInterfaces().collect(Collectors.toList())) {
      for (InetAddress address : each.inetAddresses().collect(Collectors.toList())) {
        if (!address.isLoopbackAddress()) {
          try (Socket socket = new Socket()) {
            assertThrows(
                ConnectException.class,
                () -> socket.connect(new InetSocketAddress(address, shown.server.port()), 2000));
          }
        }
      }
    }
  }

  @Test
  void saysWhenThePortIsTaken() {
    WatchServer.Options taken = new WatchServer.Options(shown.server.port(), true, false);
    SaverException refused = assertThrows(
        SaverException.class, () -> WatchServer.open(taken, List::of, RequestList.NONE, shared));
    assertTrue(refused.getMessage().contains("port " + shown.server.port()), refused.getMessage());
  }

  @Test
  void servesNoMoreThanItIsTold() throws Exception {
    WatchServer.Options metrics = new WatchServer.Options(0, false, true);
    try (WatchServer bare = WatchServer.open(metrics, List::of, RequestList.NONE, shared)) {
      HttpRequest.Builder request = HttpRequest.newBuilder();
      for (String path : List.of("/", "/figures.json", "/page.js")) {
        URI uri = URI.create("http://127.0.0.1:" + bare.port() + path);
        assertEquals(
            404,
            client.send(request.uri(uri).build(), BodyHandlers.discarding()).statusCode());
      }
    }
  }

  @Test
  void servesMetrics() throws Exception {
    List<String> lines = get("/metrics").body().lines().toList();
    for (String expected : List.of(
        "# TYPE parallel_saver_bytes_written_total counter",
        "parallel_saver_bytes_written_total 3.145728E8",
        "parallel_saver_bytes_read_total 7.340032E7",
        "parallel_saver_calls_total{kind=\"verify\",outcome=\"failed\"} 1.0",
        "parallel_saver_calls_total{kind=\"save\",outcome=\"done\"} 0.0",
        "parallel_saver_errors_total{kind=\"corrupt\"} 1.0",
        "parallel_saver_jobs_total 2.0",
        "# TYPE parallel_saver_job_seconds histogram",
        "parallel_saver_job_seconds_bucket{le=\"0.001\"} 0",
        "parallel_saver_job_seconds_bucket{le=\"0.002\"} 1",
        "parallel_saver_job_seconds_bucket{le=\"0.512\"} 1",
        "parallel_saver_job_seconds_bucket{le=\"1.024\"} 2",
        "parallel_saver_job_seconds_bucket{le=\"+Inf\"} 2",
        "parallel_saver_job_seconds_count 2",
        "parallel_saver_job_seconds_sum 0.9015",
        "parallel_saver_worker_restarts_total 1.0",
        "parallel_saver_jobs_outstanding 12.0",
        "parallel_saver_calls_running 1.0",
        "parallel_saver_arena_slots 10.0",
        "parallel_saver_arena_slots_used 7.0",
        "parallel_saver_workers{state=\"busy\"} 1.0",
        "parallel_saver_workers{state=\"starting\"} 1.0",
        "parallel_saver_runs{state=\"live\"} 1.0",
        "parallel_saver_runs{state=\"dead\"} 1.0",
        "parallel_saver_requests{state=\"failed\"} 1.0",
        "parallel_saver_requests{state=\"waiting\"} 0.0")) {
      assertTrue(lines.contains(expected), expected + " is not in " + String.join("\n", lines));
    }
    assertTrue(lines.stream().noneMatch(line -> line.contains("/data/")), "a path is no label");
  }

  /** Prometheus takes a counter that falls for a restart, and would count all before it twice. */
  @Test
  void countersDoNotFallWhenARunIsGone() throws Exception {
    String before = counter(get("/metrics").body(), "bytes_written_total");
    shown.run.close();
    assertEquals(before, counter(get("/metrics").body(), "bytes_written_total"));
    assertTrue(get("/metrics").body().contains("parallel_saver_runs{state=\"live\"} 0.0"));
  }

  private static String counter(String metrics, String name) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(Metrics.PREFIX + name + " "))
        .findAny()
        .orElseThrow();
  }

  @Test
  void theHandbookNamesEveryMetricAndNoOther() throws Exception {
    Set<String> served = get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("# TYPE"))
        .map(line -> line.split(" ")[2])
        .collect(Collectors.toCollection(TreeSet::new));
    Set<String> named = METRIC
        .matcher(Files.readString(HANDBOOK))
        .results()
        .map(MatchResult::group)
        .map(name -> name.replaceFirst("_(bucket|sum|count)$", ""))
        .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(served, named);
  }
}

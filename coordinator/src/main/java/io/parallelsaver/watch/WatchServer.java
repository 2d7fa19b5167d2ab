package io.parallelsaver.watch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.watch.Lookout.Look;
import io.parallelsaver.watch.Lookout.Sample;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Serves a page with figures, the figures themselves, and metrics for Prometheus, to this machine alone. It changes nothing, and tells
 * what it does to whoever can connect to 127.0.0.1: every user of the machine.
 */
public final class WatchServer implements AutoCloseable {
  /** What a browser may do with the page: load its two other files and ask for figures. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  /** A page of another site may lead a browser here by a name of its own, that suddenly stands for 127.0.0.1; it cannot take these. */
  private static final Set<String> HOSTS = Set.of("127.0.0.1", "localhost", "[::1]");

  private static final Map<String, String> FILES = Map.of(
      "/", "page.html",
      "/page.css", "page.css",
      "/page.js", "page.js",
      "/icon.svg", "icon.svg");

  private static final int THREADS = 4;
  private static final int BACKLOG = 16;
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private final Lookout lookout;
  private final HttpServer server;
  private final ExecutorService threads;
  private final boolean page;
  private final HttpHandler metrics;

  private WatchServer(Options options, Lookout lookout) throws IOException {
    this.lookout = lookout;
    this.page = options.page();
    this.metrics = options.metrics() ? metrics(lookout) : null;
    AtomicInteger count = new AtomicInteger();
    this.threads = Executors.newFixedThreadPool(THREADS, task -> {
      Thread thread = new Thread(task, "parallel-saver-watch-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    });
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    this.server = HttpServer.create(new InetSocketAddress(loopback, options.port()), BACKLOG);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
  }

  /**
   * What is served.
   *
   * @param port TCP port on 127.0.0.1; 0 for any that is free
   * @param page whether there is a page
   * @param metrics whether there are metrics
   */
  public record Options(int port, boolean page, boolean metrics) {}

  /**
   * Begins to serve.
   *
   * @param sharedMemory where the runs are
   * @throws SaverException if the port cannot be had
   */
  public static WatchServer open(
      Options options, Figures figures, RequestList requests, Path sharedMemory) {
    limitTimes();
    Lookout lookout = new Lookout(figures, requests, sharedMemory);
    try {
      WatchServer watch = new WatchServer(options, lookout);
      watch.server.start();
      return watch;
    } catch (IOException e) {
      lookout.close();
      throw new SaverException(
          "cannot serve figures on 127.0.0.1, port " + options.port() + ": " + e.getMessage()
              + "; take another port (0: any that is free)",
          e);
    } catch (RuntimeException | Error e) {
      lookout.close();
      throw e;
    }
  }

  /** Who connects and says nothing would keep a thread for ever. The JDK's server reads these when it is first used. */
  private static void limitTimes() {
    for (String name : List.of("sun.net.httpserver.maxReqTime", "sun.net.httpserver.maxRspTime")) {
      if (System.getProperty(name) == null) {
        System.setProperty(name, "10");
      }
    }
  }

  private static HttpHandler metrics(Lookout lookout) {
    try {
      return Metrics.handler(lookout);
    } catch (NoClassDefFoundError e) {
      throw new SaverException(
          "metrics need Prometheus's client, which is in lib/watch of the distribution: " + e, e);
    }
  }

  /** The port it listens to. */
  public int port() {
    return server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Headers headers = exchange.getResponseHeaders();
      headers.set("Content-Security-Policy", POLICY);
      headers.set("X-Content-Type-Options", "nosniff");
      headers.set("X-Frame-Options", "DENY");
      headers.set("Referrer-Policy", "no-referrer");
      headers.set("Cross-Origin-Resource-Policy", "same-origin");
      headers.set("Cross-Origin-Opener-Policy", "same-origin");
      headers.set("Cache-Control", "no-store");
      if (!isForUs(exchange.getRequestHeaders())) {
        send(exchange, 421, "text/plain", "this is not the host you asked for\n");
      } else if (!exchange.getRequestMethod().equals("GET")) {
        headers.set("Allow", "GET");
        send(exchange, 405, "text/plain", "only GET\n");
      } else {
        get(exchange, exchange.getRequestURI().getPath());
      }
    }
  }

  private static boolean isForUs(Headers headers) {
    List<String> hosts = headers.get("Host");
    return hosts != null
        && hosts.size() == 1
        && HOSTS.contains(hosts.get(0).toLowerCase(Locale.ROOT).replaceFirst(":[0-9]+$", ""));
  }

  private void get(HttpExchange exchange, String path) throws IOException {
    if (metrics != null && path.equals("/metrics")) {
      metrics.handle(exchange);
    } else if (page && path.equals("/figures.json")) {
      figures(exchange);
    } else if (page && FILES.containsKey(path)) {
      String file = FILES.get(path);
      try (InputStream in = WatchServer.class.getResourceAsStream(file)) {
        send(exchange, 200, type(file), in.readAllBytes());
      }
    } else {
      send(exchange, 404, "text/plain", "there is nothing here\n");
    }
  }

  private static String type(String file) {
    return switch (file.substring(file.indexOf('.') + 1)) {
      case "html" -> "text/html";
      case "css" -> "text/css";
      case "js" -> "text/javascript";
      default -> "image/svg+xml";
    };
  }

  private void figures(HttpExchange exchange) throws IOException {
    byte[] text;
    try {
      text = json(lookout.look());
    } catch (IOException | RuntimeException e) {
      send(exchange, 500, "text/plain", "cannot look at the runs: " + e + "\n");
      return;
    }
    send(exchange, 200, "application/json", text);
  }

  private byte[] json(Look look) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator out = JSON.createGenerator(bytes)) {
      out.writeStartObject();
      FiguresJson.time(out, "now", look.at());
      out.writeObjectFieldStart("shared_memory");
      out.writeNumberField("total", look.space().total());
      out.writeNumberField("free", look.space().free());
      out.writeEndObject();
      FiguresJson.counters(out, look.totals());
      FiguresJson.runs(out, look.runs());
      FiguresJson.requests(out, look.requests());
      history(out);
      out.writeEndObject();
    }
    return bytes.toByteArray();
  }

  /** Rows of: time in ms, bytes written and read up to then, jobs outstanding, slots in use. */
  private void history(JsonGenerator out) throws IOException {
    out.writeArrayFieldStart("history");
    for (Sample sample : lookout.samples()) {
      out.writeStartArray();
      out.writeNumber(sample.at().toEpochMilli());
      out.writeNumber(sample.bytesWritten());
      out.writeNumber(sample.bytesRead());
      out.writeNumber(sample.jobsOut());
      out.writeNumber(sample.slotsUsed());
      out.writeEndArray();
    }
    out.writeEndArray();
  }

  private static void send(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    send(exchange, status, type, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type + "; charset=utf-8");
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  /** Ends at once, whoever is being answered. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdown();
    lookout.close();
  }
}

package io.parallelsaver.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.testing.OnFirstJava;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page as a browser shows it. Screenshots are left in {@code target/page}. */
@OnFirstJava
@RequiresBrowser
class PageTest {
  private static final Path SHOTS = Path.of("target/page");

  /** Darkest and lightest of two colours, as WCAG 2 compares them. */
  private static final String CONTRASTS = """
      (() => {
        const light = (color) => {
          const [r, g, b] = color.match(/[0-9.]+/g).map((c) => c / 255)
            .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const ground = (at) => {
          const found = getComputedStyle(at).backgroundColor;
          return found === "rgba(0, 0, 0, 0)" ? ground(at.parentElement) : found;
        };
        return Math.min(...[...document.querySelectorAll("h1, p, dt, dd, th, td, h2, h3")].map((each) => {
          const one = light(getComputedStyle(each).color);
          const other = light(ground(each));
          return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
        }));
      })()""";

  @TempDir
  Path temp;

  @Test
  void showsWhatThereIsInEveryWindow() throws Exception {
    Path shared = Files.createDirectory(temp.resolve("shared"));
    try (Shown shown = new Shown(shared);
        Browser browser = new Browser(temp.resolve("profile"))) {
      browser.open(shown.url("/"));
      browser.await("document.querySelectorAll('#speed path').length === 2");
      shown.status.bytes(500L << 20, 1200L << 20);
      browser.await("document.querySelector('progress').value === " + (500L << 20));
      assertText(browser);
      for (int width : new int[] {320, 768, 1440}) {
        for (boolean dark : new boolean[] {false, true}) {
          browser.look(width, 900, dark);
          browser.screenshot(SHOTS.resolve(width + (dark ? "-dark.png" : "-light.png")));
          assertEquals(
              browser.evaluate("document.documentElement.clientWidth"),
              browser.evaluate("document.documentElement.scrollWidth"),
              "it runs out of a window of " + width);
          double contrast = ((Number) browser.evaluate(CONTRASTS)).doubleValue();
          assertTrue(contrast >= 4.5, "contrast " + contrast + ", dark: " + dark);
          assertEquals(
              dark ? "rgb(18, 22, 28)" : "rgb(246, 247, 249)",
              browser.evaluate("getComputedStyle(document.body).backgroundColor"));
        }
      }
      assertEquals(List.of(), browser.complaints());
      shown.server.close();
      browser.await("document.getElementById('state').className === 'bad'");
    }
  }

  private static void assertText(Browser browser) throws Exception {
    String text = (String) browser.evaluate("document.body.innerText");
    for (String expected : List.of(
        "save " + Shown.NAME,
        "37/512 arrays",
        "500.0 MiB of 1.17 GiB",
        "last error",
        "array 'b': CRC-32 is wrong",
        "it was at: restore /data/a-long-name",
        "job 75 of call 2",
        "r-2",
        "there is no such file",
        "1 of 3",
        "7 of 10")) {
      assertTrue(text.contains(expected), expected + " is not in " + text);
    }
    // Names are text, whatever is in them.
    assertEquals("parallel-saver", browser.evaluate("document.title"));
    assertEquals(0L, browser.evaluate("document.images.length"));
    assertTrue(
        ((String) browser.evaluate("document.querySelector('#speed path').getAttribute('d')"))
            .startsWith("M"));
  }
}

package io.parallelsaver;

import java.util.Map;

/**
 * What a check has found.
 *
 * @param report members and bytes that were read
 * @param damaged what is wrong, by key; empty if all is whole
 */
public record Verification(Report report, Map<String, String> damaged) {
  public boolean whole() {
    return damaged.isEmpty();
  }
}

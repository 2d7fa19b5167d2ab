package io.parallelsaver;

import java.util.Map;

/**
 * What a check of an archive has found.
 *
 * @param report members and bytes that were read
 * @param damaged what is wrong, by name of the member; empty if the archive is whole
 */
public record Verification(Report report, Map<String, String> damaged) {
  public boolean whole() {
    return damaged.isEmpty();
  }
}

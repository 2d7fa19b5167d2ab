package io.parallelsaver;

import io.parallelsaver.restore.Proof.Finding;
import io.parallelsaver.restore.Proof.State;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What could be brought out of a damaged archive.
 *
 * @param source the archive
 * @param directoryWhole whether its central directory was all there
 * @param findings each member, in the order of the file
 * @param arrays how many were brought out, or would be
 * @param report of the save; empty if nothing was written
 */
public record Repair(
    Path source,
    boolean directoryWhole,
    List<Finding> findings,
    int arrays,
    Optional<Report> report) {
  /** Whether every array is whole, and the directory there to say that these are all. */
  public boolean whole() {
    return directoryWhole
        && !findings.isEmpty()
        && findings.stream()
            .allMatch(finding -> finding.state() == State.WHOLE
                || finding.state() == State.REPLACED
                || finding.state() == State.NO_ARRAY);
  }
}

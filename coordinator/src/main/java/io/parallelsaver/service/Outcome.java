package io.parallelsaver.service;

import io.parallelsaver.Report;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a request has done.
 *
 * @param place the file, or the directory of files
 * @param arrays how many
 * @param bytes as in a {@link Report}
 * @param seconds as in a {@link Report}, without the wait in the queue
 * @param workers how many took part
 */
public record Outcome(Path place, int arrays, long bytes, double seconds, int workers) {
  static Outcome of(Report report, Path place) {
    return new Outcome(
        place,
        report.members(),
        report.bytes(),
        report.seconds(),
        report.workers().size());
  }

  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("file", place.toString());
    map.put("arrays", arrays);
    map.put("bytes", bytes);
    map.put("seconds", seconds);
    map.put("workers", workers);
    return map;
  }

  static Outcome of(Members members) {
    return new Outcome(
        Path.of(members.text("file")),
        Math.toIntExact(members.number("arrays")),
        members.number("bytes"),
        members.real("seconds"),
        Math.toIntExact(members.number("workers")));
  }
}

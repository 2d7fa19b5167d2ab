package io.parallelsaver;

import java.nio.file.Path;
import java.util.Map;

/**
 * What a restore to files has made.
 *
 * @param report what was done
 * @param files the file of each key, in the order of the source
 */
public record RestoredFiles(Report report, Map<String, Path> files) {}

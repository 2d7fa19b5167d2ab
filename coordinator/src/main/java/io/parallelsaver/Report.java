package io.parallelsaver;

import io.parallelsaver.pool.WorkerShare;
import java.nio.file.Path;
import java.util.List;

/**
 * What a call has done.
 *
 * @param file the archive, or the directory of files
 * @param members number of arrays
 * @param bytes bytes that were saved (of the archive) or restored (of the arrays)
 * @param seconds how long it took, from the call until all was done
 * @param workers what each worker that took part did
 * @param others keys of members that are no arrays, for which {@code np.load} gives bytes: they are in no result but files
 */
public record Report(
    Path file,
    int members,
    long bytes,
    double seconds,
    List<WorkerShare> workers,
    List<String> others) {}

package io.parallelsaver.bench;

import java.util.List;
import java.util.Map;

/**
 * All of a run.
 *
 * @param leftOut works that were not measured, and why
 * @param limits of the machine, by kind of transfer, for {@code limitBytes}
 * @param machine facts about it
 */
record Outcome(
    List<Result> results,
    Map<String, String> leftOut,
    Map<String, Spread> limits,
    long limitBytes,
    Map<String, String> machine) {}

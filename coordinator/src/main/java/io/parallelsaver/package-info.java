/**
 * Saves and restores many arrays in parallel: {@link io.parallelsaver.ParallelSaver} for one call, {@link io.parallelsaver.Saver} for
 * many.
 */
package io.parallelsaver;

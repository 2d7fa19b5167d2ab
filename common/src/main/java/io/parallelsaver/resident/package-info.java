/**
 * How coordinators and the resident workers of a host find each other: a directory with a socket for each worker, and the words they
 * exchange there. Jobs and bytes pass through the coordinator's run directory, as they do with workers of its own.
 */
package io.parallelsaver.resident;

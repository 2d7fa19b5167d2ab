/**
 * Targets for a coverage-guided fuzzer, Jazzer: each reads bytes as one parser does, lets through what the parser documents, and
 * checks what must hold of anything that is accepted. They know nothing of the fuzzer, which finds them by name.
 */
package io.parallelsaver.fuzz;

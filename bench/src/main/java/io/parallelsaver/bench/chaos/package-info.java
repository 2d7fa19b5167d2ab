/** The command {@code parallel-saver chaos}: kills what it has started, at random moments, and judges what is left. */
package io.parallelsaver.bench.chaos;

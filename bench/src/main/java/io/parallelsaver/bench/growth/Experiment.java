package io.parallelsaver.bench.growth;

/** Measures what one table shows. */
interface Experiment {
  Findings measure();
}

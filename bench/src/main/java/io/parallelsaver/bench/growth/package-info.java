/** How time and memory grow, and what waiting costs: {@code parallel-saver bench growth}. */
package io.parallelsaver.bench.growth;

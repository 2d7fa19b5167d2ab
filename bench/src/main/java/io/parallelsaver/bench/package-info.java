/** Side by side with others, in one run: {@code parallel-saver bench}. */
package io.parallelsaver.bench;

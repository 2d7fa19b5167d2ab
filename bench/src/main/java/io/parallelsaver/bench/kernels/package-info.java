/** The inner loops alone, under JMH: {@code parallel-saver bench kernels}. Each public class holds those of one subject. */
package io.parallelsaver.bench.kernels;

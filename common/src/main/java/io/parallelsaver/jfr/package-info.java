/** Events for the JVM's flight recorder. No class of it but the first is loaded as long as nothing is recorded. */
package io.parallelsaver.jfr;

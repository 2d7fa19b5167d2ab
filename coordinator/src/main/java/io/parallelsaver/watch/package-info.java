/**
 * For those who look on: what runs are at, as text, as JSON, as metrics and as a page. It reads what coordinators leave in shared
 * memory, and never touches what they do.
 */
package io.parallelsaver.watch;

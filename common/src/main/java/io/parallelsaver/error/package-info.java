/** What can go wrong, one type for each decision a caller can make. */
package io.parallelsaver.error;

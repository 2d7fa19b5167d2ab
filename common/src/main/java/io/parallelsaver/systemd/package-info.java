/** What a service says to systemd. */
package io.parallelsaver.systemd;

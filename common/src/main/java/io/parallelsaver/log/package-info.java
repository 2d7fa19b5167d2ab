/** How commands, services and workers log; applications that have us as a library log as they like. */
package io.parallelsaver.log;

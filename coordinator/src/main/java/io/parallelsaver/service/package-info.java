/**
 * The daemon: takes requests to save, restore and convert over a Unix-domain socket, keeps them in a journal on disk, and does each once,
 * whatever happens to it in between. See docs/service.md.
 */
package io.parallelsaver.service;

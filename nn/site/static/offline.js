// Keeps all files of the site, so that it opens without a network. The line above is
// written when the site is built: another version makes browsers fetch all anew.
"use strict";
const NAME = `chainrule-${SITE.version}`;
const HOME = new URL("./", self.location);

self.addEventListener("install", (event) => {
  const files = SITE.files.map((file) => new URL(file, HOME).href);
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(files))
    .then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const older = (name) => name.startsWith("chainrule-") && name !== NAME;
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names.filter(older).map((name) => caches.delete(name))))
    .then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== HOME.origin) return;
  url.search = url.hash = "";
  if (url.pathname.endsWith("/")) url.pathname += "index.html";
  event.respondWith(caches.open(NAME).then((cache) => cache.match(url.href))
    .then((kept) => kept ?? fetch(event.request)));
});

// Shows what the tower pushes while no page of it is open, and opens what was pressed. It caches nothing and answers no request: a page is never older than the server.
self.addEventListener("push", (event) => {
  const { title = "Control Tower", body = "", tag, url = "/inbox" } = event.data?.json() ?? {};
  const shown = { body, tag, data: { url }, icon: "/icon.svg", requireInteraction: true };
  event.waitUntil(self.registration.showNotification(title, shown));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = new URL(event.notification.data?.url ?? "/inbox", self.location.origin);
  if (url.origin !== self.location.origin) return;
  event.waitUntil(self.clients.openWindow(url.pathname + url.search));
});

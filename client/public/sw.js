// Shows what the tower pushes while no page of it is open, and opens what was pressed: the incident, or the page behind one of its buttons. It caches nothing and answers no request: a page is never older than the server.
self.addEventListener("push", (event) => {
  const message = event.data?.json() ?? {};
  const { title = "Control Tower", body = "", tag, url = "/inbox", actions = [] } = message;
  const urls = [url, ...actions.map((one) => one.url)];
  const shown = {
    body,
    tag,
    data: { urls },
    // a button is named by the place of its address
    actions: actions.map((one, at) => ({ action: String(at + 1), title: one.title })),
    icon: "/icon.svg",
    requireInteraction: true,
  };
  event.waitUntil(self.registration.showNotification(title, shown));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const urls = event.notification.data?.urls ?? [];
  const url = new URL(urls[Number(event.action || 0)] ?? "/inbox", self.location.origin);
  if (url.origin !== self.location.origin) return;
  event.waitUntil(self.clients.openWindow(url.pathname + url.search));
});

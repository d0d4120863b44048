/**
 * The feed lives as long as the session. Whoever is here next, in another role or as another person, begins with nothing of what was shown before: a browser has one session for all its
 * pages, and somebody may have logged in in another of them.
 */
import { onScopeDispose, ref, watch } from "vue";
import { useIncidents } from "../stores/incidents.ts";
import { useSession } from "../stores/session.ts";
import { createSocket } from "./socket.ts";
import { createBoardFeed, type BoardFeed } from "./useBoardFeed.ts";

export function useSessionFeed(makeSocket = createSocket) {
  const session = useSession();
  let feed: BoardFeed | null = null;
  let shownTo = "";
  /** rises when somebody else is here: pages hold what was read for the one before */
  const turn = ref(0);

  function stop(): void {
    feed?.stop();
    feed = null;
  }

  function forget(site: string): void {
    stop();
    useIncidents().clear(site);
    turn.value += 1;
  }

  // a site that is not ours is opened all the same, so that the refusal is the server's
  function follow(site: string): void {
    feed ??= createBoardFeed(makeSocket());
    feed.openSite(site);
  }

  const who = (): string => `${session.view?.name} ${session.view?.role}`;
  watch(
    () => [session.state, session.siteId, session.may("board:read"), who()] as const,
    ([state, site, maySee, here]) => {
      if (state !== "in") return stop();
      if (shownTo !== "" && shownTo !== here) forget(site);
      shownTo = here;
      if (maySee) follow(site);
      else stop();
    },
    { immediate: true },
  );
  onScopeDispose(stop);
  return { turn, retryNow: () => feed?.retryNow() };
}

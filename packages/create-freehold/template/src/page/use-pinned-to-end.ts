import { useCallback, useEffect, useRef, useState } from "react";

/** Pixels from the end that still count as being there. */
const NEAR = 48;

/** Keeps, while enabled, the end of a growing text in sight, unless the reader has scrolled away. */
export function usePinnedToEnd(enabled: boolean) {
  const scroller = useRef<HTMLElement>(null);
  const pinned = useRef(true);
  const [atEnd, setAtEnd] = useState(true);

  const toEnd = useCallback(() => {
    pinned.current = true;
    setAtEnd(true);
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  }, []);

  useEffect(() => {
    const element = scroller.current;
    if (!element || !enabled) return;
    let top = element.scrollTop;
    const onScroll = () => {
      const left = element.scrollHeight - element.scrollTop - element.clientHeight;
      // Text that has grown meanwhile is no wish to leave the end; scrolling up is.
      if (left < NEAR) pinned.current = true;
      else if (element.scrollTop < top) pinned.current = false;
      top = element.scrollTop;
      setAtEnd(pinned.current);
    };
    const resized = new ResizeObserver(() => {
      if (pinned.current) toEnd();
    });
    resized.observe(element);
    if (element.firstElementChild) resized.observe(element.firstElementChild);
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      resized.disconnect();
      element.removeEventListener("scroll", onScroll);
    };
  }, [enabled, toEnd]);

  return { scroller, atEnd, toEnd };
}

import { useEffect, useRef, useState } from "preact/hooks";
import { linkTo } from "./route.ts";
import type { Frame, Happening, Session } from "./session.ts";

/** Links to pass on. */
export function Links({ game, player, seat }: { game: string; player: string; seat: string }) {
  return (
    <section class="card" aria-labelledby="links">
      <h2 id="links">Invite</h2>
      <CopyField label="Link for a friend" value={linkTo({ game })} />
      <details>
        <summary>Continue on another device</summary>
        <p class="hint">Whoever has this link plays as {player}. Open it on your other device only.</p>
        <CopyField label="Your own link" value={linkTo({ game, player, seat })} />
      </details>
    </section>
  );
}

function CopyField({ label, value }: { label: string; value: string }) {
  const [said, setSaid] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const copy = async () => {
    input.current?.select();
    try {
      await navigator.clipboard.writeText(value);
      setSaid("Copied");
    } catch {
      setSaid("Press Ctrl+C");
    }
  };
  return (
    <div class="copy">
      <label>
        {label}
        <input ref={input} readOnly value={value} onFocus={(event) => event.currentTarget.select()} />
      </label>
      <button type="button" onClick={copy}>
        Copy<span class="unseen"> {label.toLowerCase()}</span>
      </button>
      <span class="hint" role="status">
        {said}
      </span>
    </div>
  );
}

/** What the network did to the player. */
export function Happenings({ happenings }: { happenings: readonly Happening[] }) {
  return (
    <section class="card" aria-labelledby="happenings">
      <h2 id="happenings">What happened</h2>
      <div role="log" aria-labelledby="happenings">
        <ol class="happenings">
          {happenings.slice(-8).map(({ number, at, text }) => (
            <li key={number}>
              <time dateTime={at.toISOString()}>{at.toLocaleTimeString()}</time> {text}
            </li>
          ))}
        </ol>
      </div>
    </section>
  );
}

/** For demonstrations: everything that can go wrong between here and the game, at the push of a button. */
export function BreakIt({ session, frames }: { session: Session; frames: readonly Frame[] }) {
  const [isCut, setCut] = useState(false);
  const [isShown, setShown] = useState(false);
  const { breaker } = session;
  const toggle = () => {
    if (isCut) {
      breaker.mend();
    } else {
      breaker.cut();
    }
    setCut(!isCut);
  };
  return (
    <details class="card break-it">
      <summary>
        <h2>Break it</h2>
      </summary>
      <div class="buttons">
        <button type="button" aria-pressed={isCut} onClick={toggle}>
          Cut my network
        </button>
        <button type="button" onClick={() => breaker.reset()}>
          Drop the connection once
        </button>
        <button type="button" onClick={() => breaker.loseOne()}>
          Lose the next message
        </button>
      </div>
      <p class="hint">{isCut ? "Nothing gets through. Play on: your move goes out when you press the button again." : "Then play on, here or at your friend's."}</p>
      <label class="check">
        <input type="checkbox" checked={isShown} onChange={() => setShown(!isShown)} /> Show the frames
      </label>
      {isShown && <Frames frames={frames} />}
    </details>
  );
}

function Frames({ frames }: { frames: readonly Frame[] }) {
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    list.current?.scrollTo(0, list.current.scrollHeight);
  }, [frames]);
  return (
    <ol class="frames" ref={list} tabIndex={0} aria-label="Frames, newest last">
      {frames.map(({ number, direction, text }) => (
        <li key={number} class={direction}>
          <span aria-hidden="true">{direction === "in" ? "↓" : "↑"}</span>
          <span class="unseen">{direction === "in" ? "received" : "sent"}</span> <code>{text.replace(/("seat":")[^"]+/, "$1…")}</code>
        </li>
      ))}
    </ol>
  );
}

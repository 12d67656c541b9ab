/** A player's name goes into the address of the connection, so it is short and plain. */
export function NameField({ name, setName }: { name: string; setName: (name: string) => void }) {
  return (
    <p class="field">
      <label for="name">Your name</label>
      <input
        id="name"
        name="name"
        required
        maxLength={64}
        pattern="[A-Za-z0-9_\-]{1,64}"
        title="Letters, digits, - and _"
        autocomplete="nickname"
        autocapitalize="off"
        spellcheck={false}
        aria-describedby="name-hint"
        value={name}
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <span id="name-hint" class="hint">
        Letters, digits, - and _
      </span>
    </p>
  );
}
